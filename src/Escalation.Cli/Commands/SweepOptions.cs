using System.CommandLine;
using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.History.Reading;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Sweep;

namespace Escalation.Cli.Commands;

/// <summary><c>replay --sweep PATH=a..b</c>: one number of the rules over a range, in one pass, and which value costs or capacity choose.</summary>
internal sealed class SweepOptions
{
    private readonly Option<string?> sweep = new("--sweep") { Description = "Try a number of the rules over a range instead, for example policy.json:thresholds.priority=0.5..0.8:0.05.", HelpName = "FILE:PATH=A..B" };
    private readonly Option<double?> costMiss = new("--cost-miss") { Description = "With --sweep: what a missed escalation costs; the least cost a day chooses the value.", HelpName = "COST" };
    private readonly Option<double?> costFalse = new("--cost-false") { Description = "With --sweep: what a false alarm costs, in the same unit.", HelpName = "COST" };
    private readonly Option<string?> capacity = new("--capacity") { Description = "With --sweep: tickets that people can look at, for example 40/day; the highest recall within it is chosen.", HelpName = "N/day" };

    /// <summary>Adds the options to a command.</summary>
    public Command Added(Command command)
    {
        foreach (var option in (Option[])[sweep, costMiss, costFalse, capacity]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(sweep) is null && ((Option[])[costMiss, costFalse, capacity]).FirstOrDefault(o => result.GetResult(o) is not null) is { } alone)
                result.AddError($"{alone.Name}: chooses a value of --sweep; name what to sweep, or leave it out");
        });
        return command;
    }

    /// <summary>Whether a sweep is asked for.</summary>
    public bool IsAsked(ParseResult parse) => parse.GetValue(sweep) is not null;

    /// <summary>What is asked for; null with problems.</summary>
    public (SweepRange Range, SweepChoice Choice)? Read(ParseResult parse, List<string> problems)
    {
        var range = SweepRange.Parse(parse.GetValue(sweep)!, out var problem);
        if (problem is not null) problems.Add(problem);
        var (miss, wrong) = (parse.GetValue(costMiss), parse.GetValue(costFalse));
        if (miss is null != wrong is null) problems.Add("--cost-miss, --cost-false: a choice by cost needs both");
        if (miss is < 0 || wrong is < 0) problems.Add("--cost-miss, --cost-false: must not be negative");
        double? most = null;
        if (parse.GetValue(capacity) is { } text)
        {
            var number = text.EndsWith("/day", StringComparison.Ordinal) ? text[..^4] : text;
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var found) && found is >= 0 and < 1e9) most = found;
            else problems.Add($"--capacity: \"{text}\" is no number a day; write for example 40/day");
        }
        return range is null || problems.Count > 0 ? null : (range, new SweepChoice(miss, wrong, most));
    }

    /// <summary>Replays all values and prints the curve; sweep.html, sweep.json, sweep.csv and sweep.txt where a folder is named.</summary>
    public static int Run((SweepRange Range, SweepChoice Choice) asked, Configuration present, HistorySource source, ReplayOptions options, ReplayProgress progress, string? folder, bool asJson, CancellationToken cancellation)
    {
        if (SweptRules.Of(present, asked.Range, out var problem) is not { } swept)
        {
            Console.Error.WriteLine(problem);
            return ExitCode.BadInput;
        }
        var curve = SweepRun.Run(swept, source, options with { OnProgress = progress.Report }, asked.Choice, cancellation);
        progress.End();
        var (json, text) = (RuleAnalysisJson.Write(curve), SweepText.Write(curve));
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "sweep.json"), json);
            File.WriteAllText(Path.Combine(folder, "sweep.csv"), SweepText.WriteCsv(curve));
            File.WriteAllText(Path.Combine(folder, "sweep.txt"), text);
            File.WriteAllText(Path.Combine(folder, "sweep.html"), SweepHtml.Write(curve));
        }
        Console.Out.Write(asJson ? json : text);
        return source.Summary.RejectedCount > 0 ? ExitCode.BadInput : ExitCode.Done;
    }
}
