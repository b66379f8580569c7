namespace Escalation.Replay.Responsibility;

/// <summary>Which parts of a configuration change a decision.</summary>
/// <param name="Parts">The parts by name, for example <c>rule high_frustration</c> or <c>frustration model</c>.</param>
/// <param name="Together">Whether none of them does it alone; else each does.</param>
public sealed record Responsible(IReadOnlyList<string> Parts, bool Together)
{
    private const int MostNamed = 6;

    /// <summary>In words.</summary>
    public override string ToString()
    {
        var names = Parts.Count <= MostNamed ? string.Join(Together ? " + " : " or ", Parts) : $"{string.Join(" + ", Parts.Take(MostNamed))} and {Parts.Count - MostNamed} more";
        if (Parts.Count < 2) return names;
        return Together ? $"{names}, only together" : $"{names}, each alone";
    }
}

/// <summary>A listed change with what the report shows of it beyond the two decisions.</summary>
/// <param name="Text">The message in one line, cut.</param>
/// <param name="Responsible">Which parts change it.</param>
public sealed record ExplainedChange(string Text, Responsible Responsible);
