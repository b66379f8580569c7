using Escalation.Tests.History;
using Escalation.Tests.Replay;

namespace Escalation.Tests.Cli.Commands;

/// <summary><c>db migrate</c>, <c>import</c> and <c>metrics</c> on a real database file.</summary>
public sealed class DatabaseCommandsTests : IDisposable
{
    private const string Map = """{"type":"message","columns":{"externalId":"no","source":{"value":"shop"},"customerId":"who","channel":{"column":"via","map":{"mail":"email"}},"at":"when","author":{"value":"customer"},"text":"body"}}""";

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);

    [Fact]
    public async Task A_database_is_made_once_and_then_up_to_date()
    {
        var first = (await Run("db", "migrate", "--database", "a.db", "--json")).Ended(0).Json;
        Assert.True(first.GetProperty("applied").GetArrayLength() > 0);
        Assert.Contains("up to date", (await Run("db", "migrate", "--database", "a.db")).Ended(0).Output, StringComparison.Ordinal);
        folder.Write("text.db", "this is no database, it is a text that somebody put here by mistake, long enough to be looked at");
        (await Run("db", "migrate", "--database", "text.db")).Ended(3).Says("text.db");
        (await Run("db", "migrate", "--database", "no/such/folder/a.db")).Ended(3).Says("no/such/folder");
    }

    [Fact]
    public async Task Imported_history_is_measured_and_importing_it_again_changes_nothing()
    {
        folder.Write("history.jsonl", [.. SomeHistory.Records().Select(Lines.Of)]);
        var imported = (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "a.db", "--json")).Ended(0).Json;
        Assert.Equal((19, 19, 0), (imported.GetProperty("read").GetInt32(), imported.GetProperty("accepted").GetInt32(), imported.GetProperty("rejected").GetArrayLength()));
        var metrics = (await Run("metrics", "--database", "a.db", "--json")).Ended(0).Output;
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "a.db")).Ended(0);
        Assert.Equal(Figures(metrics), Figures((await Run("metrics", "--database", "a.db", "--json")).Ended(0).Output));
        Assert.Contains("escalationRate", (await Run("metrics", "--database", "a.db")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Contains("no data", (await Run("metrics", "--database", "a.db", "--from", "2030-01-01")).Ended(0).Output, StringComparison.Ordinal);
        (await Run("metrics", "--database", "a.db", "--from", "2026-03-02", "--to", "2026-03-01")).Ended(2).Says("--to: ");
        (await Run("metrics", "--from", "soon")).Ended(2).Says("--from: ");

        static string Figures(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("metrics").GetRawText();
    }

    [Fact]
    public async Task A_generated_history_is_said_on_standard_output_and_can_be_imported()
    {
        var counts = (await Run("data", "generate", "--messages", "60", "--seed", "3", "--out", "made", "--json")).Ended(0).Json;
        Assert.Equal(60, counts.GetProperty("messages").GetInt32());
        Assert.Equal(["customers", "events", "identities", "labels", "messages", "shifts", "truth"], Directory.GetFiles(Path.Combine(folder.Path, "made"), "*.jsonl").Select(f => Path.GetFileNameWithoutExtension(f)).Order());
        (await Run("data", "generate", "--messages", "60", "--out", "made")).Ended(2).Says("not empty", "--force");
        Assert.Contains("60 messages", (await Run("data", "generate", "--messages", "60", "--seed", "3", "--out", "made", "--force")).Ended(0).Output, StringComparison.Ordinal);
        (await Run("import", "--from", "jsonl", "made/messages.jsonl", "--dry-run")).Ended(0);
    }

    [Fact]
    public async Task An_import_names_every_bad_row_and_its_map_and_takes_the_good_ones()
    {
        folder.Write("map.json", Map);
        var rows = folder.Write("rows.csv", "no,who,via,when,body", "1,ann,mail,2026-03-02T12:00:00Z,hello", "2,ann,pigeon,2026-03-02T12:00:00Z,hello", "3,ann,mail,2026-03-02T12:00:00,hello",
            "4,ann,mail,2026-02-30T12:00:00Z,hello", "5,ann,mail", "1,ann,mail,2026-03-02T12:00:00Z,hello", "7,ann,mail,2026-03-02T13:00:00Z,\"\"");
        var ran = (await Run("import", "--from", "csv", rows, "--map", "map.json", "--out", "out", "--json")).Ended(2);
        ran.Says($"{rows}:3: channel: ", "pigeon", "map.json", $"{rows}:4: at: ", "--time-zone", $"{rows}:5: at: ", $"{rows}:6: ");
        Assert.Equal((7, 2, 4, 1), (ran.Json.GetProperty("read").GetInt32(), ran.Json.GetProperty("accepted").GetInt32(), ran.Json.GetProperty("rejected").GetArrayLength(), ran.Json.GetProperty("duplicates").GetInt32()));
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "out", "history.jsonl"), TestContext.Current.CancellationToken)).Length);
        Assert.Equal(["history.jsonl"], Directory.GetFiles(Path.Combine(folder.Path, "out")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_unknown_column_names_the_map_and_a_dry_run_writes_nothing()
    {
        folder.Write("map.json", Map);
        var rows = folder.Write("rows.csv", "no,who,via,when,body,extra", "1,ann,mail,2026-03-02T12:00:00Z,hello,x");
        (await Run("import", "--from", "csv", rows, "--map", "map.json", "--dry-run")).Ended(2).Says("extra", "map.json");
        folder.Write("rows.csv", "no,who,via,when,body", "1,ann,mail,2026-03-02T12:00:00Z,hello");
        Assert.Contains("nothing was written", (await Run("import", "--from", "csv", rows, "--map", "map.json", "--dry-run")).Ended(0).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "escalation.db")));
        (await Run("import", "--from", "csv", "nowhere.csv", "--map", "none.json", "--time-zone", "Mars")).Ended(2).Says("nowhere.csv: file: ", "none.json: file: ", "--time-zone: ");
        folder.Write("map.json", "{ \"type\": \"message\", \"colums\": {} }");
        (await Run("import", "--from", "csv", rows, "--map", "map.json", "--dry-run")).Ended(2).Says("map.json", "colums");
    }

    [Fact]
    public async Task An_import_takes_records_out_of_order_as_it_takes_them_in_order()
    {
        var records = SomeHistory.Records();
        folder.Write("ordered.jsonl", [.. records.Select(Lines.Of)]);
        folder.Write("mixed.jsonl", [.. Enumerable.Reverse(records).Select(Lines.Of)]);      // events before their tickets' messages, labels before both
        foreach (var name in (string[])["ordered", "mixed"]) (await Run("import", "--from", "jsonl", name + ".jsonl", "--database", name + ".db")).Ended(0);
        Assert.Equal((await Run("metrics", "--database", "ordered.db", "--json")).Ended(0).Json.GetProperty("metrics").GetRawText(), (await Run("metrics", "--database", "mixed.db", "--json")).Ended(0).Json.GetProperty("metrics").GetRawText());
    }

    [Fact]
    public async Task While_another_process_holds_the_lock_an_import_says_which_and_can_be_repeated()
    {
        folder.Write("history.jsonl", [.. SomeHistory.Records().Select(Lines.Of)]);
        (await Run("db", "migrate", "--database", "a.db")).Ended(0);
        var path = Path.Combine(folder.Path, "a.db");
        await using (var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var holding = holder.BeginTransaction(deferred: false);
            var refused = (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "Data Source=a.db;Default Timeout=1")).Ended(3);
            refused.Says("a.db is locked for writing by", OperatingSystem.IsLinux() ? $"process {Environment.ProcessId} (" : "", "end that program or let it finish");
        }
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "a.db")).Ended(0);
        Assert.Equal(9, (await Run("metrics", "--database", "a.db", "--json")).Ended(0).Json.GetProperty("metrics").GetProperty("escalationRate").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task On_a_full_disk_an_import_says_so_and_goes_on_where_there_is_space()
    {
        await using var small = await SmallDisk.MountAsync(Path.Combine(folder.Path, "small"));
        folder.Write("history.jsonl", [.. Enumerable.Range(0, 300).Select(i => Lines.Of(SomeHistory.Message($"t{i}", string.Concat(Enumerable.Repeat("Where is it? ", 400)), i)))]);
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "small/a.db")).Ended(3).Says("small/a.db", "is full; nothing recorded before is lost", "free space");
        await small.GrowAsync();
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "small/a.db")).Ended(0);
        Assert.Equal(300, (await Run("metrics", "--database", "small/a.db", "--json")).Ended(0).Json.GetProperty("metrics").GetProperty("escalationRate").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_database_that_cannot_be_used_is_said_in_one_line()
    {
        folder.Write("history.jsonl", [.. SomeHistory.Records().Select(Lines.Of)]);
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "no/such/folder/a.db")).Ended(3).Says("no/such/folder");
        folder.Write("text.db", "this is no database, it is a text that somebody put here by mistake, long enough to be looked at");
        (await Run("metrics", "--database", "text.db")).Ended(3).Says("text.db");
    }
}
