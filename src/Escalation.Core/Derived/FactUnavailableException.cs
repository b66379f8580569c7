namespace Escalation.Core.Derived;

/// <summary>A rule read a fact that is unknown without asking its <c>Known</c> twin first: the rule's result is <i>unavailable</i>.</summary>
public sealed class FactUnavailableException(string fact) : Exception($"{fact} is unknown here; guard the read with {fact}Known")
{
    /// <summary>The fact, as <c>root.Member</c>.</summary>
    public string Fact => fact;

    internal static double Read(double value, string fact) => double.IsNaN(value) ? throw new FactUnavailableException(fact) : value;

    internal static string Read(string? value, string fact) => value ?? throw new FactUnavailableException(fact);
}

/// <summary>Marks a fact that may be unknown: reading it then throws <see cref="FactUnavailableException"/>.</summary>
/// <param name="twin">The bool member of the same type that says whether it is known.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MayBeUnknownAttribute(string twin) : Attribute
{
    /// <summary>The twin's name.</summary>
    public string Twin => twin;
}
