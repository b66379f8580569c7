using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Escalation.Core.Metrics;
using Escalation.Core.Sla;
using Escalation.Rules;
using Escalation.Service.Api;
using Escalation.Service.Figures;
using Escalation.Storage;
using NodaTime;
using Spectre.Console;

namespace Escalation.Cli.Commands;

/// <summary><c>metrics</c>: the figures of what was recorded, by the library that replay and gate use.</summary>
internal static class MetricsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var from = new Option<string?>("--from") { Description = "Begin: a time with an offset, or a date in UTC.", HelpName = "T" };
        var to = new Option<string?>("--to") { Description = "End, exclusive.", HelpName = "T" };
        var command = new Command("metrics", "Figures of what was recorded, each with n and 95 % interval. Example: escalation metrics --from 2026-03-01 --json") { from, to };
        command.SetAction(async (parse, cancellation) =>
        {
            return TryWindow(parse.GetValue(from), parse.GetValue(to), out var window) ? await RunAsync(parse, window, cancellation) : ExitCode.BadInput;
        });
        return command;
    }

    private static bool TryWindow(string? from, string? to, out (Instant? From, Instant? To) window)
    {
        window = default;
        string? problem = null, second = null;
        var begin = from is null ? null : CommandTimes.Parse("--from", from, out problem);
        var end = to is null ? null : CommandTimes.Parse("--to", to, out second);
        problem ??= second ?? (begin >= end ? "--to: is not after --from; the window is [from, to)" : null);
        if (problem is not null) Console.Error.WriteLine(problem);
        window = (begin, end);
        return problem is null;
    }

    private static async Task<int> RunAsync(ParseResult parse, (Instant? From, Instant? To) window, CancellationToken cancellation)
    {
        var database = EscalationDatabase.At(parse.GetValue(CommandOptions.Database)!);
        if (!File.Exists(database.Place))
        {
            await Console.Error.WriteLineAsync($"--database: {database.Place}: there is no such database; name one, or fill one with 'escalation serve --demo'");
            return ExitCode.BadInput;
        }
        if (Calendar(parse) is not { } calendar) return ExitCode.BadInput;
        var now = SystemClock.Instance.GetCurrentInstant();
        await database.MigrateAsync(now.ToUnixTimeMilliseconds(), cancellation);
        var metrics = await LiveMetrics.ComputeAsync(database, window.From, window.To, now, calendar, cancellation);
        if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(MetricsView.Of(metrics), Json.Options));
        else Print(metrics);
        return ExitCode.Done;
    }

    private static BusinessCalendar? Calendar(ParseResult parse)
    {
        var folder = CommandOptions.FolderOf(parse.GetValue(CommandOptions.Rules), "rules");
        if (folder is { Exists: false })
        {
            Console.Error.WriteLine($"--rules: {folder}: there is no such folder; name one, or leave it out for the built-in rules");
            return null;
        }
        var loaded = RuleSetLoader.Load(folder?.FullName);
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        return loaded.RuleSet is { } rules ? rules.Calendars.GetValueOrDefault(rules.Policy.DefaultCalendar, BusinessCalendar.Always) : null;
    }

    private static void Print(RecordedMetrics metrics)
    {
        var balance = metrics.Set.Balance;
        Console.WriteLine($"{Json.Time(metrics.From)} to {Json.Time(metrics.To)}");
        Console.WriteLine(FormattableString.Invariant(
            $"{balance.Total} escalations = {balance.Resolved} resolved + {balance.Pending} pending + {balance.Dismissed} dismissed + {balance.Merged} merged"));
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("metric", "value", "95 % interval", "n", "unit", "status");
        foreach (var (id, value) in metrics.Set.Metrics.Concat(metrics.Set.Details.Select(d => d)))
            table.AddRow(Markup.Escape(id), Number(value.Value), value.Low is null ? "" : $"{Number(value.Low)} to {Number(value.High)}",
                value.N.ToString(CultureInfo.InvariantCulture), value.Unit, Core.Tickets.Wire.Name(value.Status));
        AnsiConsole.Write(table);
        if (metrics.Set.ImmatureTickets > 0)
            Console.WriteLine(FormattableString.Invariant($"{metrics.Set.ImmatureTickets} tickets and {metrics.Set.ImmatureEpisodes} escalations are younger than {MetricOptions.Default.MaturityDays} days: figures that rest on labels leave them out"));
    }

    private static string Number(double? value) => value is { } known ? known.ToString("0.###", CultureInfo.InvariantCulture) : "no data";
}
