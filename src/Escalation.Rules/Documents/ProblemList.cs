using Escalation.Rules.Schemas;

namespace Escalation.Rules.Documents;

/// <summary>Collects the problems of all files of one folder.</summary>
internal sealed class ProblemList
{
    private readonly List<RuleProblem> all = [];
    private readonly List<string> unread = [];

    /// <summary>Notes what is asked of the files, where schemas are made; null else.</summary>
    public ShapeRecorder? Shapes { get; init; }

    /// <summary>Errors by file, line and column.</summary>
    public IReadOnlyList<RuleProblem> Errors => Ordered(ProblemSeverity.Error);

    /// <summary>Warnings by file, line and column.</summary>
    public IReadOnlyList<RuleProblem> Warnings => Ordered(ProblemSeverity.Warning);

    /// <summary>Whether anything keeps the folder from loading.</summary>
    public bool HasErrors => all.Exists(p => p.Severity == ProblemSeverity.Error);

    /// <summary>Adds an error.</summary>
    public void Error(Place place, string? rule, string message) => Add(place, rule, message, ProblemSeverity.Error);

    /// <summary>Adds a warning.</summary>
    public void Warn(Place place, string? rule, string message) => Add(place, rule, message, ProblemSeverity.Warning);

    /// <summary>Says that a file could not be read at all: what others miss in it, said as "FILE has no ...", is no problem of theirs.</summary>
    public void Unread(string file) => unread.Add(file);

    private void Add(Place place, string? rule, string message, ProblemSeverity severity)
    {
        var problem = new RuleProblem(place.File, place.Line, place.Column, rule, message, severity);
        if (!all.Contains(problem) && !unread.Exists(f => message.StartsWith(f + " has no ", StringComparison.Ordinal))) all.Add(problem);
    }

    private RuleProblem[] Ordered(ProblemSeverity severity) =>
        [.. all.Where(p => p.Severity == severity).OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line).ThenBy(p => p.Column)];
}
