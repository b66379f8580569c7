using System.Globalization;
using System.Text;

namespace Escalation.Core.Decisions;

/// <summary>Reasons of a decision in words: what each group of signals rests on, the strongest first.</summary>
public static class ReasonWords
{
    private const int MaxEvidence = 3;
    private const int MaxWords = 60;

    /// <summary>One reason, for example <c>repeat contact: contacts.SameIssue7d = 4</c> or <c>legal or compliance: "my lawyer"</c>.</summary>
    /// <param name="contribution">A contribution of the decision's recommendation.</param>
    /// <param name="signals">The decision's signals.</param>
    /// <param name="originalText">The message's original text, which the spans point into.</param>
    public static string Text(Contribution contribution, IReadOnlyList<Signal> signals, string originalText)
    {
        var text = new StringBuilder(contribution.Trigger).Replace('_', ' ');
        if (Strongest(contribution.Trigger, signals) is not { } signal) return text.ToString();
        var shown = 0;
        var fromText = HasSpan(signal);
        for (var i = 0; i < signal.Evidence.Count && shown < MaxEvidence; i++)
        {
            var evidence = signal.Evidence[i];
            if (fromText && !evidence.HasSpan) continue;
            var words = Words(evidence, originalText);
            if (IsRepeated(signal, i, words, originalText)) continue;
            text.Append(shown++ == 0 ? ": " : ", ");
            if (evidence.HasSpan) text.Append('"').Append(words.Length > MaxWords ? words[..MaxWords] : words).Append('"');
            else text.Append(evidence.Field).Append(" = ").Append(words);
        }
        if (shown == 0) text.Append(CultureInfo.InvariantCulture, $" ({signal.Rule})");
        return text.ToString();
    }

    /// <summary>The words of a span, or the value of a fact.</summary>
    public static ReadOnlySpan<char> Words(in Evidence evidence, string originalText) =>
        !evidence.HasSpan || evidence.End > originalText.Length || evidence.Start > evidence.End
            ? evidence.Text : originalText.AsSpan(evidence.Start, evidence.End - evidence.Start);

    /// <summary>The signal of a trigger with the highest confidence; null without one.</summary>
    public static Signal? Strongest(string trigger, IReadOnlyList<Signal> signals)
    {
        Signal? strongest = null;
        for (var i = 0; i < signals.Count; i++)
            if (string.Equals(signals[i].TriggerType, trigger, StringComparison.Ordinal) && (strongest is null || signals[i].Confidence > strongest.Confidence)) strongest = signals[i];
        return strongest;
    }

    private static bool HasSpan(Signal signal)
    {
        for (var i = 0; i < signal.Evidence.Count; i++)
            if (signal.Evidence[i].HasSpan) return true;
        return false;
    }

    private static bool IsRepeated(Signal signal, int index, ReadOnlySpan<char> words, string originalText)
    {
        for (var i = 0; i < index; i++)
            if (signal.Evidence[i].HasSpan == signal.Evidence[index].HasSpan && Words(signal.Evidence[i], originalText).Equals(words, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
