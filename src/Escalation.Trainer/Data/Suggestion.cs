namespace Escalation.Trainer.Data;

/// <summary>"Did you mean" for a name that is not there.</summary>
internal static class Suggestion
{
    private const int FarthestEdits = 3;

    /// <summary>A clause with the nearest name, or nothing where none is near.</summary>
    public static string For(string name, IReadOnlyList<string> present)
    {
        var nearest = present.Select(p => (Name: p, Edits: Distance(name.ToLowerInvariant(), p.ToLowerInvariant()))).OrderBy(p => p.Edits).FirstOrDefault();
        return nearest.Name is not null && nearest.Edits <= Math.Min(FarthestEdits, name.Length / 2) ? $", did you mean '{nearest.Name}'?" : "";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
