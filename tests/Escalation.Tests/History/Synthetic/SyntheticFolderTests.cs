using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.Synthetic;

namespace Escalation.Tests.History.Synthetic;

public sealed class SyntheticFolderTests : IDisposable
{
    private static readonly string[] Names = ["customers.jsonl", "events.jsonl", "identities.jsonl", "labels.jsonl", "messages.jsonl", "shifts.jsonl", "truth.jsonl"];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("synthetic-test-");

    private string In(string name) => Path.Combine(folder.FullName, name);

    private static SyntheticCounts Generate(string target, ulong seed = 3, bool overwrite = false) =>
        SyntheticFolder.Generate(new SyntheticOptions { Messages = 1200, Seed = seed }, target, overwrite, cancellation: TestContext.Current.CancellationToken);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_does_not()
    {
        Generate(In("a"));
        Generate(In("b"));
        Generate(In("c"), seed: 4);
        foreach (var name in Names)
        {
            Assert.Equal(File.ReadAllBytes(In($"a/{name}")), File.ReadAllBytes(In($"b/{name}")));
            Assert.NotEqual(File.ReadAllBytes(In($"a/{name}")), File.ReadAllBytes(In($"c/{name}")));
        }
    }

    [Fact]
    public void Writes_the_seven_files_and_nothing_else()
    {
        var counts = Generate(In("a"));
        Assert.Equal(Names, Directory.GetFiles(In("a")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(1200, counts.Messages);
        Assert.Equal(counts.Truths, File.ReadLines(In("a/truth.jsonl")).LongCount());
    }

    [Fact]
    public void The_strict_reader_takes_every_line()
    {
        var counts = Generate(In("a"));
        var source = HistorySource.Open([In("a")], HistoryReadOptions.Strict, out var problem);
        Assert.Null(problem);
        var records = source!.Read(TestContext.Current.CancellationToken).ToList();
        Assert.Empty(source.Summary.Rejected);
        Assert.Equal((0, 0L), (source.Summary.UnorderedFiles, source.Summary.Duplicates));
        Assert.Equal(counts.Messages, records.OfType<Message>().Count());
        Assert.Equal(counts.Labels, records.OfType<Label>().Count());
        Assert.Equal(counts.Events, records.OfType<TicketEvent>().Count());
    }

    [Fact]
    public void Truth_has_the_fields_of_the_contract_and_no_others()
    {
        Generate(In("a"));
        foreach (var line in File.ReadLines(In("a/truth.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            Assert.Equal(["messageId", "ticketId", "frustrated", "needed", "rightTeam", "neededFrom", "split"], row.RootElement.EnumerateObject().Select(p => p.Name));
            Assert.Contains(row.RootElement.GetProperty("split").GetString(), (string[])["train", "test"]);
        }
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_refused_and_left_as_it_was()
    {
        File.WriteAllText(In("mine.txt"), "keep");
        var refused = Assert.Throws<IOException>(() => Generate(folder.FullName));
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public void Force_replaces_the_files_of_an_earlier_run_and_leaves_others_alone()
    {
        File.WriteAllText(In("mine.txt"), "keep");
        File.WriteAllText(In("truth.jsonl"), "old");
        Generate(folder.FullName, overwrite: true);
        Assert.Equal("keep", File.ReadAllText(In("mine.txt")));
        Assert.StartsWith("{\"messageId\"", File.ReadAllText(In("truth.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_stopped_leaves_no_file()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => SyntheticFolder.Generate(new SyntheticOptions { Messages = 1200 }, folder.FullName, progress: h =>
        {
            if (h.Messages > 300) stop.Cancel();
        }, cancellation: stop.Token));
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }
}
