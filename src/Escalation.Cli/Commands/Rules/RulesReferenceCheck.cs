using System.CommandLine;
using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules check --reference --history F</c>: the compiled rules beside RulesEngine's own evaluation, rule for rule.</summary>
/// <param name="load">Makes a configuration.</param>
/// <param name="clock">For the age of the cache.</param>
/// <param name="check">Compares; <see cref="ReferenceCheck"/> but for a test of what a disagreement leads to.</param>
internal sealed class RulesReferenceCheck(
    Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock, Func<DecidedHistory, CancellationToken, ReferenceReport>? check = null)
{
    private readonly Option<bool> reference = new("--reference") { Description = "Compare which rules fire with RulesEngine's own evaluation, on every message of --history." };
    private readonly RuleHistoryOptions options = new(load, clock, required: false);

    /// <summary>A command with these options.</summary>
    public Command Added(Command command)
    {
        command.Options.Add(reference);
        return options.Added(command);
    }

    /// <summary>Whether the comparison was asked for.</summary>
    public bool IsAsked(ParseResult parse) => parse.GetValue(reference);

    /// <summary>Compares and prints; the check fails where any rule disagrees.</summary>
    /// <exception cref="IOException">A file cannot be read, or the cache not be written.</exception>
    public int Run(ParseResult parse, string? rules, CancellationToken cancellation)
    {
        var (report, exit) = Compare(parse, rules, cancellation);
        if (report is not null) Console.Out.Write(parse.GetValue(CommandOptions.Json) ? RuleAnalysisJson.Write(report) : Text(report));
        return exit;
    }

    /// <summary>Compares; no report where the history or the rules could not be read, which was said.</summary>
    /// <exception cref="IOException">A file cannot be read, or the cache not be written.</exception>
    internal (ReferenceReport? Report, int Exit) Compare(ParseResult parse, string? rules, CancellationToken cancellation)
    {
        using var history = options.Open(parse);
        if (history?.Decide(rules, cancellation) is not { } decided) return (null, ExitCode.BadInput);
        var report = (check ?? ReferenceCheck.Run)(decided, cancellation);
        return (report, report.Disagreements > 0 ? ExitCode.CheckFailed : history.ExitCode);
    }

    /// <summary>The report for people.</summary>
    internal static string Text(ReferenceReport report)
    {
        var text = new StringBuilder();
        foreach (var rule in report.Rules.Where(r => r.Disagreements > 0))
            text.Append(CultureInfo.InvariantCulture, $"{rule.Rule}: {rule.Disagreements:N0} of {Counted.Of(rule.Compared, "message")} differ\n");
        foreach (var example in report.Examples)
            text.Append(CultureInfo.InvariantCulture, $"  {example.MessageId} at {example.At}: {example.Rule}: RulesEngine says {example.Reference}, the compiled rules say {example.Compiled}\n");
        var hit = report.Rules.Count(r => r.Hits > 0);
        return text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(report.Messages, "message")}, {Counted.Of(report.Rules.Count, "rule")}, {hit} of them hit: {Counted.Of(report.Disagreements, "disagreement")} with RulesEngine\n").ToString();
    }
}
