using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Storage;

namespace Escalation.Web.Models;

/// <summary>One reason in words, and its part of the score.</summary>
public sealed record Reason(string Text, double Share);

/// <summary>Says in words why a decision is as it is.</summary>
internal static class ReasonWords
{
    private const int MostPhrases = 3;

    /// <summary>One reason a group that counted, the weightiest first.</summary>
    public static IReadOnlyList<Reason> Of(DecisionRecord record) =>
        [.. record.Decision.Recommendation.Contributions.Select(c => new Reason(Words(c, record), c.Share))];

    private static string Words(Contribution contribution, DecisionRecord record)
    {
        var signals = record.Decision.Signals;
        var strongest = signals.Where(s => s.TriggerType == contribution.Trigger).MaxBy(s => s.Confidence);
        var phrases = signals.Where(s => s.Group == contribution.Group).SelectMany(s => s.Evidence)
            .Where(e => e.HasSpan && e.End <= record.MessageText.Length)
            .Select(e => $"“{Shorten(e.Words(record.MessageText))}”").Distinct(StringComparer.OrdinalIgnoreCase).Take(MostPhrases).ToList();
        var name = Name(contribution.Trigger);
        if (phrases.Count > 0) return $"{name}: {string.Join(", ", phrases)}";
        return Figure(contribution.Trigger, strongest) is { } figure ? $"{name}: {figure}" : name;
    }

    private static string? Figure(string trigger, Signal? signal) => trigger switch
    {
        "high_frustration" => Fact(signal, "frustration.Score") is { } score ? $"tone {Percent(score)}" : null,
        "worsening_sentiment" => Fact(signal, "frustration.Trend") is { } trend ? $"{Points(trend)} points above the customer's earlier messages" : null,
        "repeat_contact" => Fact(signal, "contacts.SameIssue7d") is { } contacts ? $"{contacts} contacts about the same issue in 7 days" : null,
        "slow_response" => Fact(signal, "ticket.WaitingHours") is { } hours ? $"waiting for {Number(hours)} hours" : null,
        "multi_user_incident" => Fact(signal, "incident.Customers") is { } customers ? $"{customers} customers within the hour" : null,
        "high_value_customer" => Fact(signal, "customer.LifetimeValue") is { } value ? $"lifetime value {Number(value)}" : null,
        _ => signal?.Evidence.Where(e => !e.HasSpan && e.Text.Length > 0).Select(e => $"{e.Field} {e.Text}").FirstOrDefault(),
    };

    private static string? Fact(Signal? signal, string field) => signal?.Evidence.FirstOrDefault(e => !e.HasSpan && string.Equals(e.Field, field, StringComparison.OrdinalIgnoreCase)).Text;

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
        _ => char.ToUpperInvariant(trigger[0]) + trigger[1..].Replace('_', ' '),
    };

    private static string Shorten(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? line : string.Concat(line.AsSpan(0, 57), "…");
    }

    private static string Percent(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var share) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100):0} %") : value;

    private static string Points(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var share) ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:0}") : value;

    private static string Number(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? string.Create(CultureInfo.InvariantCulture, $"{number:#,0.#}") : value;
}
