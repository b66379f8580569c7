using System.Globalization;

namespace Escalation.Rules;

/// <summary>Errors keep a folder from loading; warnings do not.</summary>
public enum ProblemSeverity { Error, Warning }

/// <summary>One thing that is wrong with a rules folder, where it is, and the way out.</summary>
/// <param name="File">Path inside the folder, with <c>/</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 characters.</param>
/// <param name="Rule">The rule, class, team or other entry; null where the file as a whole is meant.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
/// <param name="Severity">Error or warning.</param>
public sealed record RuleProblem(string File, int Line, int Column, string? Rule, string Message, ProblemSeverity Severity = ProblemSeverity.Error)
{
    /// <summary>The JSON path of the key or value that is wrong, as <c>$[0].Rules[2].Properties.confidence</c>; null where no JSON value as a whole is, as inside an expression.</summary>
    public string? Path { get; init; }

    /// <summary><c>file(line,column): rule: message</c>, with the JSON path where there is one.</summary>
    public override string ToString()
    {
        var warning = Severity == ProblemSeverity.Warning ? "warning: " : "";
        var rule = Rule is null ? "" : Rule + ": ";
        var path = Path is null ? "" : $" (at {Path})";
        return string.Create(CultureInfo.InvariantCulture, $"{File}({Line},{Column}): {warning}{rule}{Message}{path}");
    }
}
