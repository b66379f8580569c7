using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.Tests.History;
using Escalation.Tests.Replay;
using NodaTime;

namespace Escalation.Tests.Cli.Commands;

/// <summary>What histories, rules, caches and disks do to a replay: it says so, goes on where it can, and nothing is dropped in silence.</summary>
public sealed class BadReplayInputTests : IDisposable
{
    private const string Dropped = "reason,file,line,field,message";
    private readonly ScratchFolder folder = new();

    public BadReplayInputTests()
    {
        Write(Records);
        WordRules.Write(folder, "alarm", "one");
        WordRules.Write(folder, "bell", "two");
    }

    private static List<string> Records => [.. SomeHistory.Records().Select(Lines.Of)];

    public void Dispose() => folder.Dispose();

    private void Write(IEnumerable<string> lines) => folder.Write("history.jsonl", [.. lines]);

    private Task<Ran> Replay(params string[] args) => EscalationProcess.RunAsync(folder.Path, ["replay", "--history", "history.jsonl", "--rules", "bell", "--baseline-rules", "alarm", "--out", "report", .. args]);

    private async Task<string> HashAsync(int exit = 0, params string[] args) => HashOf((await Replay(["--json", .. args])).Ended(exit));

    private static string HashOf(Ran ran) => ran.Json.GetProperty("hash").GetString()!;

    private string Written(string name) => File.ReadAllText(Path.Combine(folder.Path, "report", name));

    private string[] DroppedRows => Written("dropped.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task A_history_out_of_order_gives_the_report_of_one_in_order()
    {
        var ordered = await HashAsync();
        Write(Records.Index().OrderBy(r => r.Index * 7 % 19).Select(r => r.Item));
        var ran = (await Replay("--json")).Ended(0);
        Assert.Equal(ordered, HashOf(ran));
        Assert.Equal(1, ran.Json.GetProperty("provenance").GetProperty("unorderedFiles").GetInt32());
    }

    [Fact]
    public async Task What_was_delivered_twice_counts_once_and_is_listed_by_its_place()
    {
        var once = await HashAsync();
        Assert.False(File.Exists(Path.Combine(folder.Path, "report", "dropped.csv")));
        var twice = Records;
        Write([.. twice, twice.First(l => l.Contains("\"message\"", StringComparison.Ordinal)), twice.First(l => l.Contains("\"label\"", StringComparison.Ordinal)), twice.First(l => l.Contains("\"event\"", StringComparison.Ordinal))]);
        foreach (var cache in (string[][])[[], ["--cache", "facts"], ["--cache", "facts"]])
        {
            Assert.Equal(once, await HashAsync(0, cache));
            Assert.Equal(Dropped, DroppedRows[0]);
            Assert.Equal(["repeated,history.jsonl,20,externalId", "repeated,history.jsonl,21,id", "repeated,history.jsonl,22,id"], DroppedRows.Skip(1).Select(r => string.Join(',', r.Split(',').Take(4))).Order());
        }
        foreach (var told in (string[])[Written("report.html"), Written("report.txt"), Written("report.json")]) Assert.Contains("3 rows had been delivered before and are counted once", told, StringComparison.Ordinal);
        Assert.Contains("history.jsonl:20", Written("report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_and_events_of_tickets_without_a_message_are_counted_and_listed()
    {
        var known = await HashAsync();
        var orphans = (IEnumerable<HistoryRecord>)
        [
            Some.Event(EventKind.Resolved, Some.Noon + Duration.FromHours(50), "nobody") with { Id = "o1" }, Some.Event(EventKind.Closed, Some.Noon + Duration.FromHours(51), "nobody") with { Id = "o2" },
            new Label { Id = "o3", At = Some.Noon + Duration.FromHours(52), TicketId = new TicketId("no-one"), Kind = LabelKind.Confirmed, Actor = new Actor("ann", ActorKind.Human), Origin = LabelOrigin.Agent },
        ];
        Write([.. Records, .. orphans.Select(Lines.Of)]);
        foreach (var cache in (string[][])[[], ["--cache", "facts"], ["--cache", "facts"]])
        {
            var ran = (await Replay(["--json", .. cache])).Ended(0);
            Assert.Equal(known, HashOf(ran));
            var provenance = ran.Json.GetProperty("provenance");
            Assert.Equal((2, 3), (provenance.GetProperty("unknownTickets").GetInt32(), provenance.GetProperty("unknownTicketRows").GetInt32()));
            Assert.Equal(["unknown_ticket,history.jsonl,20,ticketId", "unknown_ticket,history.jsonl,22,ticketId"], DroppedRows.Skip(1).Select(r => string.Join(',', r.Split(',').Take(4))));
        }
        Assert.Contains("2 tickets without a message", Written("report.html"), StringComparison.Ordinal);
        Assert.Contains("no-one has no message in this history", Written("report.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_row_left_out_stands_in_the_table_however_many_there_are()
    {
        var first = Records[0];
        Write([.. Records, .. Enumerable.Range(0, 1200).Select(i => $"no line {i}"), .. Enumerable.Repeat(first, 1100)]);
        foreach (var cache in (string[][])[[], ["--cache", "facts"], ["--cache", "facts"]])
        {
            await HashAsync(2, cache);
            Assert.Equal((1200, 1100), (DroppedRows.Count(r => r.StartsWith("rejected,", StringComparison.Ordinal)), DroppedRows.Count(r => r.StartsWith("repeated,", StringComparison.Ordinal))));
            Assert.Contains(DroppedRows, r => r.StartsWith("rejected,history.jsonl,1219,", StringComparison.Ordinal));
            Assert.Contains(DroppedRows, r => r.StartsWith("repeated,history.jsonl,2319,", StringComparison.Ordinal));
        }
        Assert.Contains("2,300 rows left out, the first 20 are shown, all stand in dropped.csv", Written("report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_of_a_table_that_was_delivered_twice_is_named_by_the_line_where_it_begins()
    {
        folder.Write("messages.csv",
            "id,source,externalId,ticketId,customerId,channel,at,author,text",
            "m1,s,x1,t1,c1,email,2026-03-02T12:00:00Z,customer,\"an alarm", "over two lines\"",
            "m2,s,x2,t1,c1,fax,2026-03-02T12:05:00Z,customer,hi",
            "m1,s,x1,t1,c1,email,2026-03-02T12:00:00Z,customer,\"an alarm", "over two lines\"");
        (await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "messages.csv", "--rules", "bell", "--out", "report")).Ended(2).Says("messages.csv:4: channel");
        Assert.Equal(["rejected,messages.csv,4,channel", "repeated,messages.csv,5,externalId"], DroppedRows.Skip(1).Select(r => string.Join(',', r.Split(',').Take(4))));
    }

    [Fact]
    public async Task A_jump_of_time_is_told_and_an_ordinary_pause_is_not()
    {
        (await Replay()).Ended(0);
        Assert.DoesNotContain("No message was received for", Written("report.txt"), StringComparison.Ordinal);
        Write(Enumerable.Range(0, 60).Select(i => Lines.Of(SomeHistory.Message($"t{i}", "an alarm", i < 30 ? i : i + (24 * 90)))));
        foreach (var cache in (string[][])[[], ["--cache", "facts"], ["--cache", "facts"]])
        {
            (await Replay(cache)).Ended(0);
            foreach (var told in (string[])[Written("report.html"), Written("report.txt"), Written("report.json")])
                Assert.Contains("No message was received for 90 days, from 2026-03-03T17:00:00.000Z to 2026-06-01T18:00:00.000Z", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_history_in_which_nothing_ends_says_why_everything_is_pending()
    {
        (await Replay()).Ended(0);
        Assert.DoesNotContain("resolves or closes", Written("report.html"), StringComparison.Ordinal);
        Write(Records.Where(l => !l.Contains("resolved", StringComparison.Ordinal)));
        foreach (var cache in (string[][])[[], ["--cache", "facts"], ["--cache", "facts"]])
        {
            (await Replay(cache)).Ended(0);
            foreach (var told in (string[])[Written("report.html"), Written("report.txt"), Written("report.json")])
                Assert.Contains("No event of this history resolves or closes a ticket. Every escalation therefore stands as pending", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Times_with_any_offset_are_the_same_instants_and_one_without_is_named_or_read_in_the_given_zone()
    {
        var universal = await HashAsync();
        string[] Offset(Func<int, string> form) => [.. Records.Select((line, i) => System.Text.RegularExpressions.Regex.Replace(line, "\"at\":\"([^\"]+)Z\"", m => $"\"at\":\"{form(i) switch { "" => Shifted(m.Groups[1].Value, 0), "Z" => m.Groups[1].Value + "Z", var hours => Shifted(m.Groups[1].Value, int.Parse(hours, CultureInfo.InvariantCulture)) + hours + ":00" }}\""))];
        Write(Offset(i => (i % 3) switch { 0 => "+02", 1 => "-05", _ => "Z" }));
        Assert.Equal(universal, await HashAsync());
        Write(Offset(i => i == 4 ? "" : "Z"));
        (await Replay()).Ended(2).Says("history.jsonl:5: at: ", "--time-zone");
        Assert.Equal(universal, await HashAsync(0, "--time-zone", "UTC"));

        static string Shifted(string time, int hours) => DateTime.Parse(time, CultureInfo.InvariantCulture).AddHours(hours).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_file_that_breaks_off_in_the_middle_of_a_line_is_replayed_to_there_and_the_line_is_named()
    {
        Write(Records[..^1]);
        var whole = await HashAsync();
        var text = string.Concat(Records.Select(l => l + "\n"));
        folder.WriteBytes("history.jsonl", System.Text.Encoding.UTF8.GetBytes(text[..^40]));
        Assert.Equal(whole, HashOf((await Replay("--json")).Ended(2).Says("history.jsonl:19: line: ")));
        Assert.StartsWith("rejected,history.jsonl,19,line", Assert.Single(DroppedRows.Skip(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_two_gigabytes_is_named_and_the_rest_is_replayed()
    {
        Write(Records[..^1]);
        var whole = await HashAsync();
        using (var file = new FileStream(Path.Combine(folder.Path, "history.jsonl"), FileMode.Open))
        {
            file.SetLength(file.Length + (2L << 30));      // zeros that take no room on the disk
            file.Seek(0, SeekOrigin.End);
            file.Write("\nno line\n"u8);
        }
        var ran = (await Replay("--json")).Ended(2).Says("history.jsonl:19: line: is longer than 8 MB", "history.jsonl:20: line: ");
        Assert.Equal(whole, HashOf(ran));
    }

    [Fact]
    public async Task Customers_who_become_one_half_way_are_one_from_then_on()
    {
        WordRules.Write(folder, "often", "one", """[{"WorkflowName":"signals","Rules":[{"RuleName":"often","Expression":"contacts.Last7d > 2","Properties":{"trigger":"repeat_contact","confidence":0.85,"recommendation":"priority_escalation"} }]}]""");
        IdentityLink Link(int hour, bool linked) => new()
        {
            Id = $"link-{hour}",
            CustomerId = new CustomerId("a"),
            At = Some.Noon + Duration.FromHours(hour),
            Channel = Channel.Other,
            Address = "b",
            Linked = linked,
            Attested = true,
        };
        List<HistoryRecord> records =
        [
            SomeHistory.Message("a1", "one", 0, "a"), SomeHistory.Message("b1", "two", 6, "b"), SomeHistory.Message("a2", "three", 12, "a"),     // two of a, one of b
            Link(13, linked: true), SomeHistory.Message("b2", "four", 18, "b"),                                                                // the fourth of one person
            Link(19, linked: false), SomeHistory.Message("b3", "five", 24, "b"),                                                               // the third of b
        ];
        Write(records.Order(HistoryOrder.Instance).Select(Lines.Of));
        async Task<string> Escalated(params string[] args) =>
            string.Join(' ', (await EscalationProcess.RunAsync(folder.Path, ["replay", "--history", "history.jsonl", "--rules", "often", "--top", "9", "--json", .. args])).Ended(0)
                .Json.GetProperty("arms")[0].GetProperty("highest").EnumerateArray().Where(h => h.GetProperty("band").GetString() == "priority_escalation").Select(h => h.GetProperty("messageId").GetString()).Order());
        Assert.Equal("b2@18 b3@24", await Escalated());
        Write(records.Where(r => r is not IdentityLink).Order(HistoryOrder.Instance).Select(Lines.Of));
        Assert.Equal("b3@24", await Escalated());
    }

    [Fact]
    public async Task A_candidate_that_throws_on_some_messages_is_degraded_there_and_its_other_rules_count()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "bell", "functions"));
        folder.Write("bell/functions/bad.js", "function bad() { if (message.Text.indexOf('nothing') >= 0) { while (true); } return false; }");
        folder.Write("bell/signals.json", """[{"WorkflowName":"signals","Rules":[{"RuleName":"breaks","Expression":"script(\"bad\")","Properties":{"trigger":"repeat_contact","confidence":0.5}}]}]""");
        var ran = (await Replay("--json")).Ended(0);
        var candidate = ran.Json.GetProperty("arms")[1];
        Assert.Equal((2, 0), (candidate.GetProperty("degraded").GetInt32(), ran.Json.GetProperty("arms")[0].GetProperty("degraded").GetInt32()));       // quiet and late say "nothing"
        var rules = candidate.GetProperty("rulesFired").EnumerateArray().ToDictionary(r => r.GetProperty("rule").GetString()!);
        Assert.Equal((2, 5), (rules["breaks"].GetProperty("errors").GetInt32(), rules["keywords/bell"].GetProperty("messages").GetInt32()));
        Assert.Contains("candidate: 2 decisions without a rule that threw", Written("report.html"), StringComparison.Ordinal);
        Assert.Contains("2 decisions with a rule that threw", Written("report.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_written_in_other_forms_decide_the_same_and_a_form_that_is_none_is_refused_by_its_place()
    {
        WordRules.Write(folder, "other", "two");
        folder.Write("other/keywords.json", """{"classes":{"bell":{"confidence":0.9,"words":["bell"]}}}""");
        folder.Write("other/signals.json", """{"WorkflowName":"signals","Rules":[{"RuleName":"rings","Operator":"Or","Properties":{"trigger":"legal_or_compliance","confidence":0.9},"Rules":[{"RuleName":"a","Expression":"input1.keywords.Has(\"bell\")"},{"RuleName":"b","Expression":"input1.contacts.Last7d > 999"}]}]}""");
        Directory.CreateDirectory(Path.Combine(folder.Path, "other", "tables"));
        folder.Write("other/tables/desk.csv", "rule,message.Channel ==,team,priority,slaHours", "any,-,two,high,4");
        folder.Write("other/routing.json", """[{"WorkflowName":"routing","Rules":[{"RuleName":"desk","Properties":{"table":"desk"}},{"RuleName":"all","Expression":"true","Properties":{"team":"one","priority":"high","slaHours":4,"calendar":"always"} }]}]""");
        var ran = (await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "history.jsonl", "--rules", "other", "--baseline-rules", "bell", "--json")).Ended(0).Json;
        Assert.Equal(0, ran.GetProperty("changes").GetProperty("candidate-baseline").GetProperty("counts").EnumerateObject().Sum(c => c.Value.GetInt32()));
        Assert.Equal(["5", "5"], ran.GetProperty("arms").EnumerateArray().Select(a => a.GetProperty("bands").GetProperty("immediate_escalation").GetRawText()));
        folder.Write("other/signals.json", "rules:", "  - name: rings");
        (await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "history.jsonl", "--rules", "other", "--baseline-rules", "bell")).Ended(2).Says("signals.json(1,1)", "arm candidate: its rules could not be loaded");
    }

    [Fact]
    public async Task A_cache_of_another_version_or_a_damaged_one_is_made_anew()
    {
        var hash = await HashAsync();
        Assert.Equal(hash, await HashAsync(0, "--cache", "facts"));
        var columns = Directory.GetFiles(Path.Combine(folder.Path, "facts"), "*.col", SearchOption.AllDirectories);
        Assert.Contains(columns, c => Path.GetFileName(c) == "tape.col");
        foreach (var (i, column) in columns.Index())
        {
            if (i % 3 == 0) File.WriteAllBytes(column, File.ReadAllBytes(column)[..^9]);
            else if (i % 3 == 1) File.WriteAllBytes(column, []);
            else
            {
                using var other = new ColumnFileWriter(column);
                other.Append("what another version wrote"u8);
                other.EndSection();
                other.Complete("another version");
            }
        }
        var damaged = columns.ToDictionary(c => c, c => Convert.ToHexString(File.ReadAllBytes(c)));
        Assert.Equal(hash, await HashAsync(0, "--cache", "facts"));
        Assert.All(columns, c => Assert.NotEqual(damaged[c], Convert.ToHexString(File.ReadAllBytes(c))));
    }

    [Fact]
    public async Task On_a_full_disk_a_replay_says_which_and_goes_on_where_there_is_space()
    {
        await using var small = await SmallDisk.MountAsync(Path.Combine(folder.Path, "small"));
        Write(Enumerable.Range(0, 300).Select(i => Lines.Of(SomeHistory.Message($"t{i}", string.Concat(Enumerable.Repeat($"Where is the bell {i}? ", 400)), i))));
        var hash = await HashAsync();
        (await Replay("--cache", "small/facts")).Ended(3).Says("small/facts", "is full", "free space");
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "small"), "*.tmp", SearchOption.AllDirectories));
        using (var filler = new FileStream(Path.Combine(folder.Path, "small", "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0)) Assert.Throws<IOException>(() => Fill(filler));
        (await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "history.jsonl", "--rules", "bell", "--out", "small/report")).Ended(3).Says("small/report", "is full", "free space");
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "small", "report")));
        await small.GrowAsync();
        Assert.Equal(hash, await HashAsync(0, "--cache", "small/facts"));
    }

    private static void Fill(FileStream file)
    {
        while (true) file.Write(new byte[4096]);
    }

    [Fact]
    public async Task A_replay_that_was_killed_is_run_again_from_what_it_left()
    {
        Write(Enumerable.Range(0, 60_000).Select(i => Lines.Of(SomeHistory.Message($"t{i}", $"number {i}: the bell rings and nobody answers it", i / 60))));
        var facts = Path.Combine(folder.Path, "facts");
        using (var process = EscalationProcess.Start(folder.Path, "replay", "--history", "history.jsonl", "--rules", "bell", "--baseline-rules", "alarm", "--cache", "facts", "--out", "report", "--workers", "1"))
        {
            string[] halves() => Directory.Exists(facts) ? Directory.GetFiles(facts, "*.col*.tmp", SearchOption.AllDirectories) : [];
            var stopped = false;
            while (!stopped && !process.HasExited)
            {
                if (halves().Length == 0)
                {
                    await Task.Yield();
                    continue;
                }
                // Between the look and the kill a column may be completed: the process is stopped first and looked at again.
                await EscalationProcess.SignalAsync(process, "STOP");
                stopped = halves().Length > 0;
                if (!stopped) await EscalationProcess.SignalAsync(process, "CONT");
            }
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.NotEqual(0, process.ExitCode);
        }
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "report")));
        var left = Directory.GetFiles(facts, "*.tmp", SearchOption.AllDirectories);
        Assert.NotEmpty(left);
        foreach (var file in left) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        var again = await HashAsync(0, "--cache", "facts");
        Assert.Empty(Directory.GetFiles(facts, "*.tmp", SearchOption.AllDirectories));
        Assert.Equal(await HashAsync(), again);
    }
}
