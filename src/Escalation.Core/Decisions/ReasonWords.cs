using System.Globalization;
using System.Text;

namespace Escalation.Core.Decisions;

/// <summary>Reasons of a decision in words, the same for <c>decide</c>, the HTTP API, pages and reports: what each group of signals rests on.</summary>
/// <remarks>Thread-safe. Nothing here decides; a trigger or fact that it has no words for is shown by its own name.</remarks>
public static class ReasonWords
{
    private const int MaxEvidence = 3;
    private const int MaxPhrase = 60;

    /// <summary>One reason, for example <c>Keeps coming back: 4 contacts about the same issue in 7 days</c> or <c>Legal or compliance: “my lawyer”</c>.</summary>
    /// <param name="contribution">A contribution of the decision's recommendation.</param>
    /// <param name="signals">The decision's signals.</param>
    /// <param name="originalText">The message's original text, which the spans point into.</param>
    /// <remarks>The words of the text where the trigger is about words and its strongest signal has some, else the facts, else the rule that made it.</remarks>
    public static string Text(Contribution contribution, IReadOnlyList<Signal> signals, string originalText)
    {
        var name = Name(contribution.Trigger);
        if (Strongest(contribution.Trigger, signals) is not { } signal) return name;
        var text = new StringBuilder(name);
        var shown = HasSpan(signal) && !IsAboutFacts(contribution.Trigger) ? AppendPhrases(text, signal, originalText) : AppendFacts(text, signal);
        if (shown == 0) text.Append(" (").Append(signal.Rule).Append(')');
        return text.ToString();
    }

    /// <summary>A trigger as people read it.</summary>
    public static string Name(string trigger) => trigger switch
    {
        "high_frustration" => "Frustrated tone",
        "worsening_sentiment" => "Tone is getting worse",
        "angry_words" => "Angry words",
        "keyword_match" => "Telling words",
        "repeat_contact" => "Keeps coming back",
        "slow_response" => "Slow response",
        "legal_or_compliance" => "Legal or compliance",
        "safety_threat" => "Safety",
        "churn_threat" => "About to leave",
        "business_impact" => "Business impact",
        "multi_user_incident" => "Many customers hit",
        "high_value_customer" => "High-value customer",
        "" => "",
        _ => string.Concat(trigger[..1].ToUpperInvariant(), trigger.AsSpan(1).ToString().Replace('_', ' ')),
    };

    /// <summary>Whether words of the text are only a condition of such a trigger, and no reason.</summary>
    private static bool IsAboutFacts(string trigger) =>
        trigger is "high_value_customer" or "repeat_contact" or "slow_response" or "multi_user_incident" or "high_frustration" or "worsening_sentiment";

    internal static Signal? Strongest(string trigger, IReadOnlyList<Signal> signals)
    {
        Signal? strongest = null;
        for (var i = 0; i < signals.Count; i++)
            if (string.Equals(signals[i].TriggerType, trigger, StringComparison.Ordinal) && (strongest is null || signals[i].Confidence > strongest.Confidence)) strongest = signals[i];
        return strongest;
    }

    private static int AppendPhrases(StringBuilder text, Signal signal, string originalText)
    {
        var shown = 0;
        for (var i = 0; i < signal.Evidence.Count && shown < MaxEvidence; i++)
        {
            var evidence = signal.Evidence[i];
            if (!evidence.HasSpan) continue;
            var words = evidence.Words(originalText);
            if (words.IsEmpty || IsRepeated(signal, i, words, originalText)) continue;
            text.Append(shown++ == 0 ? ": “" : ", “");
            AppendLine(text, words);
            text.Append('”');
        }
        return shown;
    }

    private static int AppendFacts(StringBuilder text, Signal signal)
    {
        var shown = 0;
        for (var i = 0; i < signal.Evidence.Count && shown < MaxEvidence; i++)
        {
            if (FactWords(signal.Evidence[i].Field, signal.Evidence[i].Text) is not { } words) continue;
            text.Append(shown++ == 0 ? ": " : ", ").Append(words);
        }
        return shown;
    }

    /// <summary>A phrase on one line, cut at a whole character.</summary>
    private static void AppendLine(StringBuilder text, ReadOnlySpan<char> words)
    {
        var cut = words.Length > MaxPhrase;
        if (cut) words = words[..(char.IsHighSurrogate(words[MaxPhrase - 1]) ? MaxPhrase - 1 : MaxPhrase)];
        foreach (var c in words)
            if (!char.IsWhiteSpace(c)) text.Append(c);
            else if (text[^1] != ' ') text.Append(' ');
        if (cut) text.Append('…');
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
            if (signal.Evidence[i].HasSpan && signal.Evidence[i].Words(originalText).Equals(words, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>A fact in words; null for one that says nothing beside the trigger's name.</summary>
    private static string? FactWords(string field, string value) => field switch
    {
        "customer.HighValue" when value == "true" => "lifetime value above the threshold",
        _ when value is "" or "true" or "false" or "none" or "unknown" => null,
        "frustration.Score" => $"{Percent(value)} likely",
        "frustration.Trend" => $"{Points(value)} points above the earlier messages",
        "frustration.Max7d" => $"up to {Percent(value)} likely in 7 days",
        "contacts.SameIssue7d" => $"{Count(value, "contact", "contacts")} about the same issue in 7 days",
        "contacts.Channels7d" => $"{Count(value, "channel", "channels")} in 7 days",
        "contacts.Last24h" => $"{Count(value, "contact", "contacts")} in 24 hours",
        "contacts.Last7d" => $"{Count(value, "contact", "contacts")} in 7 days",
        "contacts.Last30d" => $"{Count(value, "contact", "contacts")} in 30 days",
        "ticket.ReopenCount" => $"reopened {Count(value, "time", "times")}",
        "ticket.OwnerHops" => $"moved {Count(value, "time", "times")} between teams",
        "ticket.WaitingHours" => $"waiting for {Count(value, "hour", "hours")}",
        "incident.Customers" => $"{Count(value, "customer", "customers")} with the same problem",
        "customer.LifetimeValue" => $"lifetime value {Number(value)}",
        "context.Severity" when value == "0" => null,
        "context.Severity" => $"severity {value} of 10",
        "context.IssueType" or "context.Product" => $"about {value}",
        "context.BusinessImpact" => $"{value} business impact",
        "customer.Tier" => $"tier {value}",
        "message.Channel" => $"by {value}",
        _ => $"{field} {value}",
    };

    /// <remarks>Cut, not rounded: .997 is no certainty.</remarks>
    private static string Percent(string value) => TryNumber(value, out var share) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100):0} %") : value;

    private static string Points(string value) => TryNumber(value, out var share) ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:0}") : value;

    private static string Number(string value) => TryNumber(value, out var number) ? string.Create(CultureInfo.InvariantCulture, $"{number:#,0.#}") : value;

    private static string Count(string value, string one, string many) => $"{Number(value)} {(value == "1" ? one : many)}";

    private static bool TryNumber(string value, out double number) => double.TryParse(value, CultureInfo.InvariantCulture, out number);
}
