using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Reports;

/// <summary>A gate that was asked of a replay.</summary>
/// <param name="File">The file of checks, as it was named.</param>
/// <param name="Results">Every check with its verdict, in file order.</param>
public sealed record GateReport(string File, IReadOnlyList<GateResult> Results)
{
    /// <summary>Asks.</summary>
    public static GateReport Of(string file, GateDefinition gate, ReplayResult result) => new(file, gate.Judge(result.GateArms, result.GateDifferences));

    /// <summary>The checks that do not hold.</summary>
    public IEnumerable<GateResult> Failures => Results.Where(r => r.Verdict == GateVerdict.Failed);

    /// <summary>Whether all hold.</summary>
    public bool Holds => !Failures.Any();

    /// <summary>One line: how many of what.</summary>
    public string Summary
    {
        get
        {
            var (failed, skipped) = (Count(GateVerdict.Failed), Count(GateVerdict.Skipped));
            return FormattableString.Invariant($"Gate {(failed == 0 ? "holds" : "fails")}: {Counted.Of(Results.Count, "check")}, {Count(GateVerdict.Passed)} passed, {failed} failed, {skipped} skipped");
        }
    }

    private int Count(GateVerdict verdict) => Results.Count(r => r.Verdict == verdict);
}
