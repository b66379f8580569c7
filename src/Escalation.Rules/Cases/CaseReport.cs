namespace Escalation.Rules.Cases;

/// <summary>How one case went.</summary>
/// <param name="Name">The case.</param>
/// <param name="File">Path inside the folder.</param>
/// <param name="Line">From 1.</param>
/// <param name="Failures">What was otherwise than expected, with its place; empty = passed.</param>
/// <param name="Milliseconds">Wall clock.</param>
public sealed record CaseResult(string Name, string File, int Line, IReadOnlyList<RuleProblem> Failures, double Milliseconds);

/// <summary>How often the cases say of a rule that it hits, and that it misses.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Hits">Cases that want it to hit.</param>
/// <param name="Misses">Cases that want it to miss.</param>
public sealed record RuleCoverage(string Rule, int Hits, int Misses);

/// <summary>How the cases of a rules folder went.</summary>
/// <param name="Cases">By file, in order.</param>
/// <param name="Coverage">Every rule, drafts included, in file order.</param>
public sealed record CaseReport(IReadOnlyList<CaseResult> Cases, IReadOnlyList<RuleCoverage> Coverage)
{
    /// <summary>No case was run.</summary>
    public static readonly CaseReport None = new([], []);

    /// <summary>Cases of which something was otherwise than expected.</summary>
    public int Failed => Cases.Count(c => c.Failures.Count > 0);

    /// <summary>Rules that no case wants to hit.</summary>
    public IReadOnlyList<string> NeverFired => [.. Coverage.Where(c => c.Hits == 0).Select(c => c.Rule)];

    /// <summary>Rules that no case wants to miss.</summary>
    public IReadOnlyList<string> NeverMissed => [.. Coverage.Where(c => c.Misses == 0).Select(c => c.Rule)];
}
