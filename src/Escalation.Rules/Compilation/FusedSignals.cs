using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>All signal rules of a snapshot as one run; rules that are switched off are not evaluated.</summary>
/// <remarks>
/// In parts, called one after another: the runtime gives up optimising a method of some hundred branches, and one of 200 rules took twice the time.
/// A part with a rule that is off runs its others one by one, each compiled when first needed, so that a run without any such rule asks nothing.
/// Safe to share between threads; allocates nothing unless a rule errs.
/// </remarks>
internal sealed class FusedSignals
{
    private const int PartSize = 8;

    private readonly SignalFunction[] parts;
    private readonly Lazy<SignalFunction>[] alone;

    public FusedSignals(RuleCompiler compiler, IReadOnlyList<ParsedRule> rules)
    {
        parts = [.. Enumerable.Range(0, (rules.Count + PartSize - 1) / PartSize).Select(p => compiler.Fuse(rules, p * PartSize, Math.Min(PartSize, rules.Count - (p * PartSize))))];
        alone = [.. rules.Select((_, i) => new Lazy<SignalFunction>(() => compiler.Fuse(rules, i, 1)))];
    }

    /// <summary>Runs every rule.</summary>
    public void Run(DerivedFacts derived, RuleResults into)
    {
        foreach (var part in parts) part(derived, into.Results, into.Confidences, into.Errors);
    }

    /// <summary>Runs every rule that is not off.</summary>
    public void Run(DerivedFacts derived, RuleResults into, ReadOnlySpan<bool> off)
    {
        for (var p = 0; p < parts.Length; p++)
        {
            var (from, count) = (p * PartSize, Math.Min(PartSize, alone.Length - (p * PartSize)));
            if (!off.Slice(from, count).Contains(true)) parts[p](derived, into.Results, into.Confidences, into.Errors);
            else
                for (var i = from; i < from + count; i++)
                    if (!off[i]) alone[i].Value(derived, into.Results, into.Confidences, into.Errors);
        }
    }
}
