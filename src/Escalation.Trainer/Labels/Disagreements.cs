namespace Escalation.Trainer.Labels;

/// <summary>A message of which people said yes and no.</summary>
/// <param name="Message">The message.</param>
/// <param name="Labels">What was said, and by whom.</param>
public sealed record Disagreement(ReviewedMessage Message, IReadOnlyList<GivenLabel> Labels);

/// <summary>How far people agree, where several answered for one message or one text.</summary>
/// <param name="Cases">Messages with both answers, the most divided first.</param>
/// <param name="Several">Messages with more than one answer.</param>
/// <param name="Agreement">Share of pairs of answers that agree; null without any pair.</param>
/// <param name="Alpha">Krippendorff's alpha: 1 = perfect, 0 = as by chance; null without any pair or where all said the same.</param>
public sealed record Disagreements(IReadOnlyList<Disagreement> Cases, int Several, double? Agreement, double? Alpha)
{
    /// <summary>Compares answers; the same text counts as the same message.</summary>
    /// <remarks>Nominal alpha with any number of answers a message. Source: Krippendorff, "Computing Krippendorff's alpha-reliability", 2011.</remarks>
    internal static Disagreements Of(IReadOnlyList<GivenLabel> labels)
    {
        var units = labels.GroupBy(l => l.Message.Text.Trim(), StringComparer.Ordinal).Select(g => g.ToList()).Where(g => g.Count > 1).ToList();
        double pairs = 0, agreeing = 0, observed = 0, yes = 0, no = 0;
        foreach (var unit in units)
        {
            double n = unit.Count, y = unit.Count(l => l.Positive);
            pairs += n * (n - 1) / 2;
            agreeing += (y * (y - 1) / 2) + ((n - y) * (n - y - 1) / 2);
            observed += 2 * y * (n - y) / (n - 1);
            yes += y;
            no += n - y;
        }
        var expected = yes + no > 1 ? 2 * yes * no / (yes + no - 1) : 0;
        var divided = units.Where(u => u.Exists(l => l.Positive) && u.Exists(l => !l.Positive))
            .OrderByDescending(u => Math.Min(u.Count(l => l.Positive), u.Count(l => !l.Positive)) / (double)u.Count).ThenByDescending(u => u.Count).ThenBy(u => u[0].Message.Id, StringComparer.Ordinal)
            .Select(u => new Disagreement(u[0].Message, u)).ToList();
        return new Disagreements(divided, units.Count, pairs > 0 ? agreeing / pairs : null, expected > 0 ? 1 - (observed / expected) : null);
    }
}
