using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.Trainer.Labels;

namespace Escalation.Cli.Commands.Labels;

/// <summary>A review of labels for people and for machines.</summary>
internal static class LabelReviewText
{
    private const int SuspectsShown = 10, WidestText = 70;

    /// <summary>Writes the state of the labels.</summary>
    public static void Write(LabelReview review, string? file)
    {
        Console.WriteLine($"{Counted.Of(review.Labels, "label")} looked at; nothing is deleted or changed");
        if (review.Suspects is { } suspects)
        {
            Console.WriteLine(Inv($"\nLikely errors: confident learning calls {suspects.Confident} of {suspects.Ranked.Count} wrong; expect about half of the first hundred to be"));
            foreach (var s in suspects.Ranked.Where(s => s.Suspicion > .5).Take(SuspectsShown))
                Console.WriteLine(Inv($"  {s.Label.LabelId}: said {(s.Label.Positive ? "yes" : "no")}{(s.Label.Annotator is { } by ? $" by {by}" : "")}, models {s.Probability:0.00}: {Shortened(s.Label.Message.Text)}"));
        }
        else Console.WriteLine($"\nLikely errors: not looked for: {review.SuspectsProblem}");
        var people = review.Disagreements;
        Console.WriteLine(people.Several == 0
            ? "\nDisagreement: no message has two answers"
            : Inv($"\nDisagreement: {people.Cases.Count} of {people.Several} messages with several answers; {people.Agreement:0.0%} of pairs agree, Krippendorff's alpha {people.Alpha?.ToString("0.00", CultureInfo.InvariantCulture) ?? "no data"}"));
        Groups(review.Groups);
        foreach (var reason in review.Items.GroupBy(i => i.Reason).OrderBy(g => g.Key)) Console.WriteLine($"to judge: {Counted.Of(reason.Count(), Wire.Name(reason.Key) + " message")}");
        if (file is not null) Console.WriteLine($"written to {file}, shuffled; give people this file alone, and keep {ReviewKey.Of(file)}, which says why each is asked; fill in frustrated (yes, no, cant_tell) and needed (yes, no), then: escalation labels review --answers {file} --by NAME");
        else if (review.Items.Count > 0) Console.WriteLine("--out review.csv writes them for people to judge");
    }

    /// <summary>What <c>--json</c> prints: as many suspects as were asked for.</summary>
    public static object Json(LabelReview review, int suspects) => new
    {
        review.Labels,
        Suspects = review.Suspects?.Ranked.Take(suspects).Select(s => new { s.Label.LabelId, MessageId = s.Label.Message.Id, Said = s.Label.Positive, s.Label.Annotator, s.Label.Message.Channel, s.Probability, s.Suspicion }),
        review.SuspectsProblem,
        review.Suspects?.Confident,
        Disagreement = new
        {
            review.Disagreements.Several,
            review.Disagreements.Agreement,
            review.Disagreements.Alpha,
            Cases = review.Disagreements.Cases.Select(c => new { MessageId = c.Message.Id, Labels = c.Labels.Select(l => new { l.LabelId, l.Annotator, Said = l.Positive }) }),
        },
        review.Groups,
        ToJudge = review.Items.Select(i => new { MessageId = i.Message.Id, Why = Wire.Name(i.Reason), i.Draw }),
    };

    private static void Groups(IReadOnlyList<LabelGroup> groups)
    {
        if (groups.Count == 0) return;
        var table = new TextTable("annotator or channel", "labels", "says yes more often by", "noisier by", "verdict");
        foreach (var g in groups)
            table.Add($"{g.Kind} {g.Name}", g.N.ToString(CultureInfo.InvariantCulture), Figure(g.Leaning, g.LeaningLow, g.LeaningHigh), Figure(g.Noise, g.NoiseLow, g.NoiseHigh), g.Verdict.Replace('_', ' '));
        table.Write(Console.Out);
    }

    private static string Figure(double value, double low, double high) => double.IsNaN(value) ? "no data" : Inv($"{value:+0.00;-0.00;0.00} ({low:+0.00;-0.00;0.00} to {high:+0.00;-0.00;0.00})");

    private static string Shortened(string text) => (text.Length <= WidestText ? text : text[..WidestText] + "...").ReplaceLineEndings(" ");

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
