using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.HelpDesks;
using Escalation.History.Import;
using Escalation.History.Mail;
using Escalation.History.Reading;

namespace Escalation.Cli.Commands;

/// <summary><c>import --from csv|jsonl|mbox|zendesk|zammad F</c>: files of any shape into the database, or into JSON lines with <c>--out</c>.</summary>
internal static class ImportCommand
{
    private const int BatchRecords = 1000;

    /// <summary>The command.</summary>
    /// <param name="store">Takes records into the database named by <c>--database</c>, in order, a batch at a time; repeating a batch changes nothing.</param>
    /// <param name="load">Loads the rules whose teams.json says what groups of a help desk stand for.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, Func<ParseResult, IReadOnlyList<HistoryRecord>, CancellationToken, Task> store)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files to import; without a map also folders of history.", Arity = ArgumentArity.OneOrMore };
        var from = new Option<string>("--from") { Description = "What the files are.", Required = true, HelpName = "csv|jsonl|mbox|zendesk|zammad" };
        from.AcceptOnlyFromAmong("csv", "jsonl", "mbox", "zendesk", "zammad");
        var map = new Option<string?>("--map") { Description = "How columns become fields. Without it the columns must have the names of history.", HelpName = "FILE" };
        var zone = new Option<string?>("--time-zone") { Description = "The zone of times without an offset, for example Europe/Paris. Without it they are refused.", HelpName = "Z" };
        var source = new Option<string?>("--source") { Description = "Whose mailbox or help desk it is, the same as in channels.json, for example zendesk/acme. Default: mail, zendesk or zammad.", HelpName = "NAME" };
        var own = new Option<string[]>("--own") { Description = "With mbox: your own addresses, whose mails are agents', or domains, as acme.com. Once for each.", HelpName = "ADDRESS|DOMAIN" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only count and check; write nothing." };
        var output = new Option<string?>("--out") { Description = "Write history.jsonl into this folder, not into the database.", HelpName = "DIR" };
        var command = new Command("import", "Imports history, silently and with its own dates; run again, what is there already changes nothing. Example: escalation import --from csv tickets.csv --map data/maps/ibm_care.json --dry-run")
        {
            files, from, map, zone, source, own, dryRun, output,
        };
        command.SetAction((parse, cancellation) =>
        {
            var request = new Request(
                parse.GetRequiredValue(files), parse.GetRequiredValue(from), parse.GetValue(map), parse.GetValue(zone), parse.GetValue(source), parse.GetValue(own) ?? [], parse.GetValue(dryRun),
                parse.GetValue(output), parse.GetValue(CommandOptions.Json), () => load(new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, null)));
            return Task.Run(() => RunAsync(request, (records, token) => store(parse, records, token), cancellation), CancellationToken.None);
        });
        return command;
    }

    private static async Task<int> RunAsync(Request request, Func<IReadOnlyList<HistoryRecord>, CancellationToken, Task> store, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var zone = CommandTimes.Zone(request.TimeZone, out var zoneProblem);
        if (zoneProblem is not null) problems.Add(zoneProblem);
        if (request.Map is not null && !request.IsTable) problems.Add($"--map: {request.From} has a format of its own; leave the map out");
        if (request.Own.Length > 0 && request.From != "mbox") problems.Add("--own: is for --from mbox only; leave it out");
        problems.AddRange(request.Own.Where(a => !a.Contains('.', StringComparison.Ordinal)).Select(a => $"--own: \"{a}\" is no address and no domain; write support@acme.com, or acme.com for all of a domain"));
        problems.AddRange(request.Files.Where(f => !File.Exists(f) && !(request.Map is null && request.IsTable && Directory.Exists(f))).Select(f => $"{f}: file: is not there"));
        var map = MapOf(request.Map, problems);
        if (problems.Count > 0)
        {
            foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
            return ExitCode.BadInput;
        }

        var options = new HistoryReadOptions { TimeZone = zone };
        var folder = request.Output ?? Path.Combine(Path.GetTempPath(), "escalation-import-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        var (part, final) = (Path.Combine(folder, "history.jsonl.part"), Path.Combine(folder, "history.jsonl"));
        try
        {
            var summary = new InputSummary { OnRejected = problem => Console.Error.WriteLine(problem) };
            var imported = Convert(request, map, options, summary, part, cancellation);
            if (!request.DryRun) File.Move(part, final, overwrite: true);
            if (!request.DryRun && request.Output is null) await StoreAsync(final, store, cancellation);
            Print(request, summary, imported);
            return summary.RejectedCount == 0 ? ExitCode.Done : ExitCode.BadInput;
        }
        finally
        {
            File.Delete(part);
            if (request.Output is null) Directory.Delete(folder, recursive: true);
        }
    }

    private static List<ImportSummary> Convert(Request request, ImportMap? map, HistoryReadOptions options, InputSummary summary, string target, CancellationToken cancellation)
    {
        var imported = new List<ImportSummary>();
        using var stream = request.DryRun ? Stream.Null : File.Create(target);
        using var writer = new HistoryJsonWriter(stream);
        var deliveries = new DeliveryFilter();
        if (request.From == "mbox")
        {
            var account = new MailAccount(request.Source ?? "mail", [.. request.Own.Select(a => (a.Contains('@', StringComparison.Ordinal) ? a : "@" + a).ToLowerInvariant())]);
            imported.Add(MailImport.Run(request.Files, account, summary, Take, cancellation));
        }
        else if (!request.IsTable)
        {
            var teams = request.Load().Configuration?.Rules.Teams;
            var source = new DeliverySource(request.Source ?? request.From, name => teams?.Resolve(name));
            foreach (var file in request.Files)
                imported.Add(HelpDeskExports.Run(file, request.From == "zendesk" ? HelpDeskExports.Zendesk : HelpDeskExports.Zammad, source, summary, Take, cancellation));
        }
        else if (map is null)
        {
            var source = HistorySource.Open(request.Files, options, out var problem)!;
            if (problem is not null) summary.OnRejected!(problem);
            source.Summary.OnRejected = summary.Refuse;
            foreach (var record in source.Read(cancellation)) writer.Write(record);
            summary.Add(source.Summary);
        }
        else
            foreach (var file in request.Files) imported.Add(Importer.Run(file, request.From == "jsonl", map, options, summary, Take, cancellation));
        return imported;

        void Take(HistoryRecord record)
        {
            if (deliveries.IsNew(record)) writer.Write(record);
            else if (record is Message) (summary.Accepted, summary.Duplicates) = (summary.Accepted - 1, summary.Duplicates + 1);
        }
    }

    private static async Task StoreAsync(string file, Func<IReadOnlyList<HistoryRecord>, CancellationToken, Task> store, CancellationToken cancellation)
    {
        var source = HistorySource.Open([file], HistoryReadOptions.Strict, out _)!;
        var progress = new ReplayProgress("records stored", () => source.TotalLines);
        var batch = new List<HistoryRecord>(BatchRecords);
        var stored = 0L;
        foreach (var record in source.Read(cancellation))
        {
            batch.Add(record);
            if (batch.Count < BatchRecords) continue;
            await store(batch, cancellation);
            progress.Report(stored += batch.Count);
            batch = new List<HistoryRecord>(BatchRecords);
        }
        if (batch.Count > 0) await store(batch, cancellation);
        progress.End();
    }

    private static ImportMap? MapOf(string? file, List<string> problems)
    {
        if (file is null) return null;
        if (!File.Exists(file))
        {
            problems.Add($"{file}: file: is not there; --map names an import map");
            return null;
        }
        var map = ImportMapParser.Parse(File.ReadAllText(file), file, out var wrong);
        problems.AddRange(wrong.Select(p => p.ToString()));
        return map;
    }

    private static void Print(Request request, InputSummary summary, List<ImportSummary> imported)
    {
        if (request.Json)
        {
            using var output = Console.OpenStandardOutput();
            using (var json = new Utf8JsonWriter(output)) InputSummaryJson.Write(json, summary);
            output.WriteByte((byte)'\n');
            return;
        }
        Console.Out.WriteLine(FormattableString.Invariant($"{summary.Read} rows read, {summary.Accepted} taken, {summary.RejectedCount} rejected, {summary.Duplicates} duplicates{(request.DryRun ? "; nothing was written (--dry-run)" : "")}"));
        if (summary.AmbiguousLocalTimes > 0) Console.Out.WriteLine(FormattableString.Invariant($"{summary.AmbiguousLocalTimes} local times fell into a change of the clock and were resolved: in a gap forwards, in an overlap the earlier"));
        foreach (var one in imported)
        {
            Console.Out.WriteLine($"records: {string.Join(", ", one.Records.Select(r => FormattableString.Invariant($"{r.Value} {Wire.Name(r.Key)}")))}");
            Console.Out.WriteLine(FormattableString.Invariant($"tickets: {one.Tickets}; {one.TicketsMade} made, {one.JoinedByChain} messages joined one by their chain, {one.JoinedByCustomer} by their customer"));
        }
    }

    private sealed record Request(
        string[] Files, string From, string? Map, string? TimeZone, string? Source, string[] Own, bool DryRun, string? Output, bool Json, Func<ConfigurationLoad> Load)
    {
        /// <summary>Whether it is rows or lines of the site's own, with the names of history or a map.</summary>
        public bool IsTable => From is "csv" or "jsonl";
    }
}
