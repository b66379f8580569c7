using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>What compiled rules call.</summary>
internal static class RuleRuntime
{
    /// <summary>Whether a list holds a text, by ordinal.</summary>
    public static bool Contains(IReadOnlyList<string> list, string? value)
    {
        for (var i = 0; i < list.Count; i++)
            if (string.Equals(list[i], value, StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>A confidence within 0 to 1: a formula may go over, but one that is no number is an error.</summary>
    /// <exception cref="ArithmeticException">The formula gave no number.</exception>
    public static double Confidence(double value) =>
        double.IsNaN(value) ? throw new ArithmeticException("the confidence is not a number") : Math.Clamp(value, 0, 1);

    /// <summary>The result of a rule that threw; an error is noted, a fact that was unknown before it is not one.</summary>
    public static RuleResult Failed(Exception exception, bool unknown, string rule, bool mustEscalate, List<RuleError> errors)
    {
        if (unknown || exception is FactUnavailableException) return RuleResult.Unavailable;
        errors.Add(new RuleError(rule, exception.Message, mustEscalate));
        return RuleResult.Error;
    }
}
