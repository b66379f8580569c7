using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Trainer.Data;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Tests.Trainer;

/// <summary>The commands write to the one console of the process, so these run alone.</summary>
[CollectionDefinition(nameof(ModelCommandsTests), DisableParallelization = true)]
[Collection(nameof(ModelCommandsTests))]
public sealed class ModelCommandsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-models");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_model_is_trained_measured_applied_and_promoted()
    {
        SomeCorpus.WriteCsv(At("corpus.csv"), r => r.Positive ? "yes" : "no");
        var trained = await RunAsync("train", "--target", "frustration", "--data", At("corpus.csv"), "--label-column", "frustrated", "--out", At("models"), "--json", "--trials", "3", "--from", "none");
        Assert.Equal((0, ""), (trained.Exit, trained.Exit == 0 ? "" : trained.Error));
        Assert.Contains("trained on all rows", trained.Error, StringComparison.Ordinal);
        var version = JsonDocument.Parse(trained.Output).RootElement.GetProperty("version").GetString()!;
        Assert.False(File.Exists(At("models/frustration/current.json")));

        var evaluated = await RunAsync("models", "evaluate", "--models", At("models"), "--data", At("corpus.csv"), "--label-column", "frustrated", "--json");
        var figures = JsonDocument.Parse(evaluated.Output).RootElement;
        Assert.Equal(["model", "n", "positives", "auc", "averagePrecision", "f1", "threshold", "logLoss", "ece"], figures.EnumerateObject().Select(p => p.Name));
        Assert.Equal(680, figures.GetProperty("n").GetInt32());
        Assert.True(figures.GetProperty("auc").GetDouble() > 0.9);      // rows that it was trained on

        var predicted = await RunAsync("models", "predict", "--models", At("models"), "--data", At("corpus.csv"), "--output", At("p.csv"));
        Assert.Equal(0, predicted.Exit);
        var lines = await File.ReadAllLinesAsync(At("p.csv"), TestContext.Current.CancellationToken);
        Assert.Equal("id,probability", lines[0]);
        Assert.Equal(681, lines.Length);
        Assert.StartsWith("wa-0001,", lines[1], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), l => Assert.InRange(double.Parse(l.Split(',')[1], CultureInfo.InvariantCulture), 0, 1));

        string[] promote = ["models", "promote", "--models", At("models"), "--model", "newest", "--data", At("corpus.csv"), "--label-column", "frustrated", "--database", At("none.db"), "--by", "ann"];
        var held = await RunAsync(promote);
        Assert.Equal(1, held.Exit);
        Assert.Contains("gate: recall: there was no replay: no history is named with --history", held.Output, StringComparison.Ordinal);
        Assert.Contains("136 rows of 680 texts that neither model had learned when it answered (544 texts left out that the candidate was trained on, 0 more that only the champion was)", held.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("models/frustration/current.json")));
        await Refused("--force needs --reason", [.. promote, "--force"]);

        Directory.CreateDirectory($"{At("models/frustration/current.json")}.{Environment.ProcessId}.tmp");       // the new content cannot be written
        var refused = await RunAsync([.. promote, "--force", "--reason", "no room"]);
        Assert.Equal(3, refused.Exit);
        Assert.StartsWith($"{version} was not promoted, since the models folder could not be written: ", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("There is no champion, as before; make room or writable what is named, and run this again.\n", refused.Error, StringComparison.Ordinal);
        Directory.Delete($"{At("models/frustration/current.json")}.{Environment.ProcessId}.tmp");

        var promoted = await RunAsync([.. promote, "--force", "--reason", "the first of our own", "--json"]);
        Assert.Equal(0, promoted.Exit);
        Assert.NotEmpty(JsonDocument.Parse(promoted.Output).RootElement.GetProperty("failures").EnumerateArray());
        var current = JsonDocument.Parse(await File.ReadAllTextAsync(At("models/frustration/current.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((version, "ann", "2026-03-02T12:00:00Z"), (current.GetProperty("version").GetString(), current.GetProperty("promotedBy").GetString(), current.GetProperty("promotedAt").GetString()));
        Assert.Equal(JsonValueKind.Null, current.GetProperty("from").ValueKind);
        Assert.Equal((1, "forced", "the first of our own"), (current.GetProperty("number").GetInt32(), current.GetProperty("way").GetString(), current.GetProperty("reason").GetString()));
        Assert.Contains("is the champion already", (await RunAsync(promote)).Output, StringComparison.Ordinal);
        await Refused($"{version} is the first champion; there is none before it", "models", "rollback", "--models", At("models"));
        Assert.Contains("the first of our own", (await RunAsync("models", "history", "--models", At("models"), "--json")).Output, StringComparison.Ordinal);

        var listed = JsonDocument.Parse((await RunAsync("models", "list", "--models", At("models"), "--json")).Output).RootElement;
        Assert.True(listed[0].GetProperty("isChampion").GetBoolean());
        Assert.Equal(0, (await RunAsync("models", "show", "--models", At("models"))).Exit);

        var again = await RunAsync("train", "--target", "frustration", "--data", At("corpus.csv"), "--label-column", "frustrated", "--out", At("models"), "--database", At("none.db"), "--if-needed");
        Assert.Equal((0, $"not needed: {version} was trained on these very rows\n"), (again.Exit, again.Error));
        Assert.Contains("trained on these very rows", evaluated.Error, StringComparison.Ordinal);
        CopyFolder("models/frustration/" + version, "several/frustration/aaa");
        CopyFolder("models/frustration/" + version, "several/frustration/bbb");
        await Refused("several versions and no champion: aaa, bbb", "models", "evaluate", "--models", At("several"), "--data", At("corpus.csv"), "--label-column", "frustrated");
        await File.WriteAllTextAsync(At("several/frustration/current.json"), """{"version":"ccc"}""", TestContext.Current.CancellationToken);
        await Refused("names ccc, which is not there; present: aaa, bbb", "models", "predict", "--models", At("several"), "--data", At("corpus.csv"));

        await CutInHalfAsync("models/frustration/" + version + "/model.zip");
        await Refused("model.zip: cannot be read as an ML.NET model", "models", "promote", "--models", At("models"));
        await CutInHalfAsync("models/frustration/" + version + "/scorer.bin");
        await Refused("scorer.bin: truncated or damaged", "models", "predict", "--models", At("models"), "--data", At("corpus.csv"));
    }

    [Fact]
    public async Task A_missing_model_is_named_with_a_way_out()
    {
        SomeCorpus.WriteCsv(At("corpus.csv"), _ => "1");
        await Refused("no frustration model; train one", "models", "evaluate", "--models", At("nothing"), "--data", At("corpus.csv"), "--label-column", "frustrated");
    }

    [Fact]
    public async Task The_list_says_what_a_figure_was_measured_on_and_what_speaks_against_the_champion()
    {
        var models = Path.Combine(Inference.SomeModel.Repository, "models");
        var listed = await RunAsync("models", "list", "--models", models);
        Assert.Matches("AUC 0.784 +frust_support.train.csv +1 warning: 'escalation models show --model ", listed.Output);
        Assert.Matches("team +3aecf2b4e2dc +yes .* held-out rows", listed.Output);
        Assert.DoesNotContain("frust_support", (await RunAsync("models", "list", "--models", models, "--target", "team")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("0.898", listed.Output, StringComparison.Ordinal);       // out of fold
        Assert.Contains("the frustration champion: Its probabilities say less than one probability for all would", listed.Output, StringComparison.Ordinal);

        var shown = await RunAsync("models", "show", "--models", models, "--html", At("card.html"));
        Assert.Equal(0, shown.Exit);
        Assert.Contains("<h2>What speaks against it</h2>", await File.ReadAllTextAsync(At("card.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_text_gets_no_probability_and_is_counted()
    {
        await File.WriteAllTextAsync(At("some.csv"), "id,text\n1,thank you\n2,\n3,\" \"\n", TestContext.Current.CancellationToken);
        var run = await RunAsync("models", "predict", "--models", Path.Combine(Inference.SomeModel.Repository, "models"), "--data", At("some.csv"));
        Assert.Equal(0, run.Exit);
        Assert.Equal(["2,", "3,"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2));
        Assert.Contains("2 of 3 rows have no text", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_predicted_once_it_is_named()
    {
        await File.WriteAllBytesAsync(At("latin.csv"), System.Text.Encoding.Latin1.GetBytes("id,text\n1,Das ist unerträglich\n"), TestContext.Current.CancellationToken);
        string[] predict = ["models", "predict", "--models", Path.Combine(Inference.SomeModel.Repository, "models"), "--data", At("latin.csv")];
        await Refused("row 1: text: is not UTF-8; name the file's encoding", predict);
        await Refused("--encoding: \"klingon\" is not known", [.. predict, "--encoding", "klingon"]);
        var run = await RunAsync([.. predict, "--encoding", "latin1"]);
        await File.WriteAllTextAsync(At("utf8.csv"), "id,text\n1,Das ist unerträglich\n", TestContext.Current.CancellationToken);
        Assert.Equal((0, (await RunAsync([.. predict[..^1], At("utf8.csv")])).Output), (run.Exit, run.Output));
    }

    [Fact]
    public async Task Bad_rows_and_columns_end_training_before_it_begins()
    {
        SomeCorpus.WriteCsv(At("bad.csv"), r => r.Id == "wa-0003" ? "perhaps" : "1");
        await Refused("row 3: frustrated: 'perhaps'", Train("bad.csv", "frustrated"));
        await Refused("did you mean 'frustrated'?", Train("bad.csv", "frustated"));
        await File.WriteAllTextAsync(At("empty.csv"), "", TestContext.Current.CancellationToken);
        await Refused("empty.csv: is empty", Train("empty.csv", "frustrated"));
        await Refused("--label-column is needed", "train", "--target", "frustration", "--data", At("bad.csv"), "--out", At("models"));
        Assert.False(Directory.Exists(At("models")));
    }

    [Fact]
    public async Task Without_a_file_the_labels_of_the_database_are_used()
    {
        await Refused("there is no database", "train", "--target", "frustration", "--database", At("some.db"), "--out", At("models"));
        await File.WriteAllTextAsync(At("some.db"), "", TestContext.Current.CancellationToken);
        await Refused("asked for labels of", "train", "--target", "frustration", "--database", At("some.db"), "--out", At("models"));
    }

    private string[] Train(string file, string label) => ["train", "--target", "frustration", "--data", At(file), "--label-column", label, "--out", At("models")];

    private static async Task Refused(string expected, params string[] args)
    {
        var run = await RunAsync(args);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Exit);
    }

    private void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(At(to));
        foreach (var file in Directory.GetFiles(At(from))) File.Copy(file, Path.Combine(At(to), Path.GetFileName(file)));
    }

    private async Task CutInHalfAsync(string name)
    {
        var bytes = await File.ReadAllBytesAsync(At(name), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(At(name), bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        var clock = new FakeTimeProvider(Some.Noon.ToDateTimeOffset());
        var root = new RootCommand
        {
            CommandOptions.Database, CommandOptions.Rules, CommandOptions.Models, CommandOptions.Json, TrainCommand.Create((d, _) => new NoLabels(d), clock), ModelsCommand.Create(ConfigurationLoader.Load, (d, _) => new NoLabels(d), clock),
        };
        var (output, error) = (new StringWriter(), new StringWriter());
        var (consoleOut, consoleError) = (Console.Out, Console.Error);
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            return (await CommandRunner.RunAsync(root, args), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(consoleOut);
            Console.SetError(consoleError);
        }
    }

    private sealed class NoLabels(string database) : ITrainingSource
    {
        public Task<TrainingRows> ReadAsync(CancellationToken cancellation) => Task.FromResult(new TrainingRows("labels", "", [], [$"asked for labels of {database}"]));
    }
}
