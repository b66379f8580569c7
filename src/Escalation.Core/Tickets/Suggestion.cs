namespace Escalation.Core.Tickets;

/// <summary>Finds the name that was probably meant.</summary>
public static class Suggestion
{
    /// <summary><c>; did you mean "x"?</c>, or the known names where none is near and they are few, else empty.</summary>
    public static string For(string wrong, IEnumerable<string> known)
    {
        var names = known as IReadOnlyList<string> ?? [.. known];
        if (Nearest(wrong, names) is { } near) return $"; did you mean \"{near}\"?";
        return names.Count is > 0 and <= 16 ? $"; known are {string.Join(", ", names)}" : "";
    }

    /// <summary>The known name at the least edit distance, case apart; null where none is near.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = Math.Max(1, wrong.Length / 3) + 1;
        foreach (var name in known)
        {
            if (Math.Abs(name.Length - wrong.Length) >= bestDistance) continue;
            var distance = Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance < bestDistance) (best, bestDistance) = (name, distance);
        }
        return best;
    }

    /// <summary>Edits, exchange of neighbours being one (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
