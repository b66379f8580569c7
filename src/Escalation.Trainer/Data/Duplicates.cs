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

    /// <summary>The first row of each text with the team that most of its copies name; a text with two teams named equally often is left out.</summary>
    public static IReadOnlyList<LabelledText> RemoveByTeam(IReadOnlyList<LabelledText> rows)
    {
        var kept = new List<LabelledText>();
        foreach (var copies in rows.GroupBy(Key, StringComparer.Ordinal))
        {
            var votes = copies.GroupBy(r => r.Team!, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Take(2).ToList();
            if (votes.Count == 1 || votes[0].Count() > votes[1].Count()) kept.Add(copies.First() with { Team = votes[0].Key });
        }
        return kept;
    }

    private static string Key(LabelledText row) => row.Text.Trim();
}
