using Escalation.Inference.Registry;
using Escalation.Tests.History;
using Escalation.Tests.Trainer;
using Escalation.Trainer.Publishing;

namespace Escalation.Tests.Cli.Commands;

/// <summary>What people hand to <c>train</c> and <c>models</c> by mistake: each is told where and how to get out, and the champion stays.</summary>
public sealed class BadTrainingInputTests : IDisposable
{
    private static readonly Lazy<Escalation.Trainer.TrainedModel> Small = new(() => Trainer.Publishing.TwoModels.Train(SomeCorpus.Rows()));

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("one", "positive and 0 negative rows to train on")]
    [InlineData("twenty", "at least 20 of each are needed")]
    [InlineData("customers", "rows.csv: 200 rows of 10 customers; whole customers are held out, so that at least 20 are needed: name the column that tells customers apart with --customer-column")]
    [InlineData("contradicting", "100 texts labelled in more than one way (for example rows 1 and 2)")]
    public async Task Rows_that_teach_nothing_are_refused_with_the_reason(string what, string expected)
    {
        folder.Write("rows.csv", [what == "customers" ? "text,frustrated,customer_id" : "text,frustrated", .. what switch
        {
            "one" => Enumerable.Range(0, 200).Select(i => $"message {i} is about something,1"),
            "customers" => Enumerable.Range(0, 200).Select(i => $"message {i} is about something,{i % 2},c{i % 10}"),
            "twenty" => Enumerable.Range(0, 20).Select(i => $"message {i} is about something,{i % 2}"),
            _ => Enumerable.Range(0, 200).Select(i => $"message {i / 2} is about something,{i % 2}"),
        }]);
        (await Train("rows.csv")).Ended(2).Says(expected);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "models")));
    }

    [Fact]
    public async Task Texts_of_a_million_characters_nulls_and_a_word_that_leaks_are_trained_and_said()
    {
        var rows = Enumerable.Range(0, 120).Select(i => $"message {i * 7919 % 1000} about the {(i % 3 == 0 ? "order" : "bill")}{(i % 2 == 0 ? " [flagged]" : "")},{(i + 1) % 2}");
        folder.Write("rows.csv", ["text,frustrated", .. rows, $"{string.Concat(Enumerable.Repeat("why is it still broken? ", 44_000))},1", ",0", "\"  \",1"]);
        (await Train("rows.csv")).Ended(0).Says("2 rows without text, left out", "the word '[flagged]' alone tells the label");
    }

    [Fact]
    public async Task What_training_was_warned_of_stands_on_the_card_without_the_place_of_the_file()
    {
        folder.Write("rows.csv", ["text,frustrated,outcome", .. Enumerable.Range(0, 160).Select(i => $"message {i * 7919 % 1000} about the {(i % 3 == 0 ? "order" : "bill")}{(i % 2 == 0 ? " [flagged]" : "")},{(i + 1) % 2},{(i % 2 == 0 ? "escalated" : "closed")}"), ",0,closed"]);
        (await Train("rows.csv")).Ended(0);
        var shown = (await Run("models", "show", "--json")).Ended(0).Json;
        var warnings = shown.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!).ToList();
        Assert.Contains(warnings, w => w.StartsWith("rows.csv: column 'outcome' alone tells the label in 100.0% of the rows", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.Contains("the word '[flagged]' alone tells the label", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.Contains("1 row without text, left out", StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.EndsWith("held-out rows are nearly the same as a training row: the figures are better than they will be on new texts", StringComparison.Ordinal));
        var page = await File.ReadAllTextAsync(Path.Combine(Directory.GetDirectories(Path.Combine(folder.Path, "models", "frustration")).Single(), CardPage.Name), TestContext.Current.CancellationToken);
        Assert.Contains("[flagged]", page, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, page + shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_ends_the_training_and_says_what_to_do()
    {
        folder.Write("rows.csv", ["text,frustrated", .. Enumerable.Range(0, 200).Select(i => $"message {i} {(i % 2 == 0 ? "is fine" : "is terrible")},{i % 2}")]);
        Directory.CreateDirectory(Path.Combine(folder.Path, "models"));
        folder.Write("models/frustration", "a file where a folder should be");
        (await Train("rows.csv")).Ended(3).Says("No version was written, and the champion is as it was; make room or choose another --out, and go on with --resume.");
    }

    [Fact]
    public async Task A_version_of_a_newer_program_is_refused_and_the_champion_stays()
    {
        var models = Path.Combine(folder.Path, "models");
        var version = Path.GetFileName(ModelPublisher.Write(Small.Value, models, TestContext.Current.CancellationToken));
        var scorer = Path.Combine(models, "frustration", version, ModelRegistry.ScorerName);
        var bytes = await File.ReadAllBytesAsync(scorer, TestContext.Current.CancellationToken);
        bytes[8] = 99;                                               // the format
        Directory.CreateDirectory(Path.Combine(models, "frustration", "newer"));
        await File.WriteAllBytesAsync(Path.Combine(models, "frustration", "newer", ModelRegistry.ScorerName), bytes, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(models, "frustration", ModelRegistry.ChampionName), $$"""{"version":"{{version}}"}""", TestContext.Current.CancellationToken);
        (await Run("models", "promote", "--model", "newer", "--force", "--reason", "try it", "--database", "none.db")).Ended(2).Says("format 99 is newer than", "upgrade the program");
        Assert.Contains($"{version}  yes", (await Run("models", "list")).Ended(0).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(models, "frustration", version, ModelRegistry.CardName), "{\n  \"target\":", TestContext.Current.CancellationToken);
        (await Run("models", "show")).Ended(2).Says("card.json: is damaged: its JSON breaks in line 2; copy the model's folder again");
    }

    [Fact]
    public async Task Two_runs_that_publish_the_same_version_at_once_leave_one_whole_version()
    {
        var models = Path.Combine(folder.Path, "models");
        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ModelPublisher.Write(Small.Value, models, TestContext.Current.CancellationToken))));
        var version = Assert.Single(written.Distinct());
        Assert.Equal([version], Directory.GetDirectories(Path.Combine(models, "frustration")));
        ModelSelfTest.Run(ModelRegistry.Open(models).Choose("frustration").Entry!);
    }

    [Theory, InlineData("--budget", "soon", "--budget soon: not a time"), InlineData("--encoding", "klingon", "--encoding: \"klingon\" is not known"), InlineData("--time-zone", "Mars", "--time-zone: \"Mars\" is no zone"), InlineData("--from", "abc", "no version abc")]
    public async Task A_wrong_option_is_named(string option, string value, string expected)
    {
        folder.Write("rows.csv", ["text,frustrated", .. Enumerable.Range(0, 200).Select(i => $"message {i},{i % 2}")]);
        ModelPublisher.Write(Small.Value, Path.Combine(folder.Path, "models"), TestContext.Current.CancellationToken);
        (await Run("train", "--target", "frustration", "--data", "rows.csv", "--label-column", "frustrated", option, value)).Ended(2).Says(expected);
    }

    private Task<Ran> Train(string file) => Run("train", "--target", "frustration", "--data", file, "--label-column", "frustrated", "--out", "models", "--budget", "0", "--from", "none");

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);
}
