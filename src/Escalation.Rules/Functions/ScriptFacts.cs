using Escalation.Core.Derived;

namespace Escalation.Rules.Functions;

/// <summary><c>script("name")</c> in rules, short for <c>script.Holds("name")</c>; serves the reference plane, the compiled rules ask the functions themselves.</summary>
internal sealed class ScriptFacts(IReadOnlyDictionary<string, ScriptFunction> functions, DerivedFacts facts)
{
    /// <summary>What the function says, as true or false.</summary>
    /// <exception cref="ScriptException">It failed, or said something else.</exception>
    /// <exception cref="FactUnavailableException">It read an unknown fact.</exception>
    public bool Holds(string name) => functions[name].Holds(facts);

    /// <summary>What the function says, as a number: for confidences and comparisons.</summary>
    /// <exception cref="ScriptException">It failed, or said something else.</exception>
    /// <exception cref="FactUnavailableException">It read an unknown fact.</exception>
    public double Number(string name) => functions[name].Number(facts);
}

/// <summary>A script function failed or went over a limit; the rule's result is an error.</summary>
public sealed class ScriptException(string message, Exception? inner = null) : Exception(message, inner);
