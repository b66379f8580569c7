using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>All signal rules of a snapshot as one run; rules that are switched off are not evaluated.</summary>
/// <remarks>
/// In parts, called one after another: the runtime gives up optimising a method of some hundred branches, and one of 200 rules took twice the time.
/// A part runs its rules straight through, so that the runtime reads each fact once for several rules and no rule pays for a try of its own. Where one throws, or is
/// off, the others of its part run one by one, each compiled when first needed; rules are pure, so that running one again gives the same.
/// Safe to share between threads; allocates nothing unless a rule errs.
/// </remarks>
internal sealed class FusedSignals
{
    private const int PartSize = 16;

    private readonly SignalFunction[] parts;
    private readonly Lazy<SignalFunction>[] alone;

    public FusedSignals(RuleCompiler compiler, IReadOnlyList<ParsedRule> rules)
    {
        parts = [.. Enumerable.Range(0, (rules.Count + PartSize - 1) / PartSize).Select(p => compiler.Fuse(rules, p * PartSize, Math.Min(PartSize, rules.Count - (p * PartSize))))];
        alone = [.. rules.Select((_, i) => new Lazy<SignalFunction>(() => compiler.Isolate(rules[i], i)))];
    }

    /// <summary>Runs every rule.</summary>
    public void Run(DerivedFacts derived, RuleResults into)
    {
        for (var p = 0; p < parts.Length; p++) Run(p, derived, into);
    }

    /// <summary>Runs every rule that is not off.</summary>
    public void Run(DerivedFacts derived, RuleResults into, ReadOnlySpan<bool> off)
    {
        for (var p = 0; p < parts.Length; p++)
            if (off.Slice(p * PartSize, CountOf(p)).Contains(true)) RunAlone(p, derived, into, off);
            else Run(p, derived, into);
    }

    private int CountOf(int part) => Math.Min(PartSize, alone.Length - (part * PartSize));

    private void Run(int part, DerivedFacts derived, RuleResults into)
    {
        try
        {
            parts[part](derived, into.Results, into.Confidences, into.Errors);
        }
        catch (Exception)
        {
            RunAlone(part, derived, into, []);
        }
    }

    private void RunAlone(int part, DerivedFacts derived, RuleResults into, ReadOnlySpan<bool> off)
    {
        for (var i = part * PartSize; i < (part * PartSize) + CountOf(part); i++)
            if (off.IsEmpty || !off[i]) alone[i].Value(derived, into.Results, into.Confidences, into.Errors);
    }
}
