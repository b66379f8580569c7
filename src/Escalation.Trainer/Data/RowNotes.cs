using System.Globalization;
using Escalation.Core.Tickets;

namespace Escalation.Trainer.Data;

/// <summary>What should be known of labelled rows before they are learned from; nothing of it stops a training.</summary>
public static class RowNotes
{
    private const int FewestOfAClass = 20, MostLooked = 50_000;
    private const double TellsAlone = .95;

    /// <summary>A sentence each: rows without text, texts that people label both ways, a word of the text that tells the label by itself.</summary>
    public static IReadOnlyList<string> Of(TrainingRows rows)
    {
        var notes = new List<string>(rows.Notes);
        if (rows.Rows.Count(r => string.IsNullOrWhiteSpace(r.Text)) is var empty and > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{rows.Name}: {Counted.Of(empty, "row")} without text, left out"));
        var both = rows.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text)).GroupBy(r => r.Text.Trim(), StringComparer.Ordinal).Where(g => g.Select(r => (r.Positive, r.Team)).Distinct().Count() > 1).ToList();
        if (both.Count > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"{rows.Name}: {Counted.Of(both.Count, "text")} labelled in more than one way (for example rows {string.Join(" and ", both[0].Take(2).Select(r => r.Id))}); the label of most counts, and with as many on both sides the text is left out"));
        if (LeakOf(rows.Rows) is var (word, share, right))
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"{rows.Name}: the word '{word}' alone tells the label ({share:0.0%} of the rows right with it, {right:0.0%} right without); was it written after the label was known? A model learns the word, and live messages do not have it"));
        return notes;
    }

    /// <summary>The word whose presence is nearly the label itself; null where there is none.</summary>
    private static (string Word, double With, double Without)? LeakOf(IReadOnlyList<LabelledText> rows)
    {
        var looked = rows.Where(r => r.Team is null && !string.IsNullOrWhiteSpace(r.Text)).Take(MostLooked).ToList();
        int positives = looked.Count(r => r.Positive), negatives = looked.Count - positives;
        if (Math.Min(positives, negatives) < FewestOfAClass) return null;
        var seen = new Dictionary<string, (int Positive, int Negative)>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in looked)
            foreach (var word in row.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                var (p, n) = seen.GetValueOrDefault(word);
                seen[word] = row.Positive ? (p + 1, n) : (p, n + 1);
            }
        var best = seen.Select(s => (s.Key, Yes: s.Value.Positive / (double)positives, No: s.Value.Negative / (double)negatives)).MaxBy(s => Math.Abs(s.Yes - s.No));
        if (Math.Abs(best.Yes - best.No) < (2 * TellsAlone) - 1) return null;
        return best.Yes > best.No ? (best.Key, best.Yes, 1 - best.No) : (best.Key, best.No, 1 - best.Yes);
    }
}
