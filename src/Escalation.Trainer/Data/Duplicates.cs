namespace Escalation.Trainer.Data;

/// <summary>Removes exact duplicates before anything is split, so that no text stands on both sides.</summary>
internal static class Duplicates
{
    /// <summary>The first row of each text with the label of most of its copies; a text labelled yes and no equally often is left out.</summary>
    public static IReadOnlyList<LabelledText> Remove(IReadOnlyList<LabelledText> rows)
    {
        var votes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows)
            votes[Key(row)] = votes.GetValueOrDefault(Key(row)) + (row.Positive ? 1 : -1);
        var kept = new List<LabelledText>(votes.Count);
        foreach (var row in rows)
        {
            if (!votes.Remove(Key(row), out var vote) || vote == 0) continue;
            kept.Add(row with { Positive = vote > 0 });
        }
        return kept;
    }

    private static string Key(LabelledText row) => row.Text.Trim();
}
