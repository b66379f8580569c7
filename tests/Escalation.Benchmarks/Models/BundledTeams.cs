using System.Security.Cryptography;
using System.Text;
using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Search;

namespace Escalation.Benchmarks.Models;

/// <summary>Rebuilds the champion of <c>models/team</c>: the workbench's own training on the messages of our corpus on which both readers name one team, all of them teams of <c>rules/teams.json</c>.</summary>
internal static class BundledTeams
{
    private const int Seed = 1, Trials = 1;       // sixteen hold four planes, 10 MB in the place of 3, for an accuracy out of fold of .565 in the place of .563

    /// <summary>Trains, writes the version and makes it the champion.</summary>
    /// <param name="corpusFolder">data/corpus.</param>
    /// <param name="models">The models folder; older versions of the target are removed.</param>
    /// <remarks>What is held out and what makes a fold is the theme of a writer, who stands in the place of the customer: each trade and theme brings words of its own.</remarks>
    public static int Run(string corpusFolder, string models)
    {
        var corpus = BundledData.Corpus(corpusFolder);
        LabelledText[] rows = [.. corpus.Where(m => m.Team is not null).Select(m => new LabelledText(m.Text, false, $"{m.Writer}/{m.Theme}", null, m.Id, Team: m.Team, Source: "review"))];
        var hashes = string.Join('\n', BundledData.CorpusFiles.Append("second-reader.jsonl").Select(f => BundledData.Hash(Path.Combine(corpusFolder, f))));
        var source = new TrainingRows("data/corpus", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashes))), rows, []);
        Console.Error.WriteLine($"{rows.Length} of {corpus.Count} messages, on whose team both readers agree");
        var options = new TrainingOptions
        {
            Seed = Seed,
            Languages = ["en"],
            Limits = new ExperimentLimits { MaximumTrials = Trials },
            Licence = $"written for this project, shipped with it; {rows.Length} of {corpus.Count} messages, those for which writer and second reader name one team; held out by writer and theme",
        };
        var (model, problem) = new TeamTrainer(options, TimeProvider.System).Train(source, new Progress<TrainingProgress>(p => Console.Error.WriteLine(p.Phase)), null, CancellationToken.None, CancellationToken.None);
        if (model is not null) return BundledModel.Publish(model, models);
        Console.Error.WriteLine(problem);
        return 1;
    }
}
