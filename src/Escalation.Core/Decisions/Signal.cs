using System.Globalization;

namespace Escalation.Core.Decisions;

/// <summary>What a piece of evidence is.</summary>
public enum EvidenceKind { Keyword, Context, Fact, Model }

/// <summary>The value of a fact: a word or a number that is written out when it is shown, never before.</summary>
public readonly record struct FactValue
{
    private FactValue(string? word, double number) => (Word, Number) = (word, number);

    /// <summary>Null for a number.</summary>
    internal string? Word { get; }

    /// <summary>0 for a word.</summary>
    internal double Number { get; }

    /// <summary>A word, or several.</summary>
    public static FactValue Of(string word) => new(word, 0);

    /// <summary>A number; shown with 3 decimals at most.</summary>
    public static FactValue Of(double number) => new(null, number);

    /// <summary>As people read it.</summary>
    public override string ToString() => Word ?? Math.Round(Number, 3).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A span of the original text, or a fact, that a signal rests on.</summary>
/// <remarks>A message has several: a span and a number share their place in memory.</remarks>
public readonly record struct Evidence
{
    private readonly string? word;
    private readonly long spanOrNumber;

    private Evidence(EvidenceKind kind, string field, bool hasSpan, string? word, long spanOrNumber) =>
        (Kind, Field, HasSpan, this.word, this.spanOrNumber) = (kind, field, hasSpan, word, spanOrNumber);

    /// <summary>Only keyword and context evidence claims a span.</summary>
    public EvidenceKind Kind { get; }

    /// <summary>The class, context field or fact, for example <c>keywords.legal</c> or <c>frustration.Score</c>.</summary>
    public string Field { get; }

    /// <summary>Whether it claims a place in the text.</summary>
    public bool HasSpan { get; }

    /// <summary>UTF-16 offset in the original text; -1 without a span.</summary>
    public int Start => HasSpan ? (int)(spanOrNumber >> 32) : -1;

    /// <summary>Exclusive end; -1 without a span.</summary>
    public int End => HasSpan ? (int)spanOrNumber : -1;

    /// <summary>The value of the fact. Empty for a span: its words are read from the original message when shown, never copied into a record.</summary>
    public FactValue Value => word is null ? FactValue.Of(BitConverter.Int64BitsToDouble(spanOrNumber)) : FactValue.Of(word);

    /// <summary>Evidence with a span.</summary>
    public static Evidence Span(EvidenceKind kind, string field, int start, int end) => new(kind, field, true, "", ((long)start << 32) | (uint)end);

    /// <summary>The value of the fact as people read it; empty for a span.</summary>
    public string Text => Value.ToString();

    /// <summary>The words of a span in the original text, or the value of the fact.</summary>
    public ReadOnlySpan<char> Words(string originalText) => HasSpan && Start <= End && End <= originalText.Length ? originalText.AsSpan(Start, End - Start) : Text;

    /// <summary>A fact or model value, which claims no span.</summary>
    public static Evidence Of(EvidenceKind kind, string field, string value) => Of(kind, field, FactValue.Of(value));

    /// <summary>A fact or model value, which claims no span.</summary>
    public static Evidence Of(EvidenceKind kind, string field, FactValue value) => new(kind, field, false, value.Word, value.Word is null ? BitConverter.DoubleToInt64Bits(value.Number) : 0);
}

/// <summary>One reason to escalate: one per rule that hit.</summary>
/// <param name="TriggerType">A trigger of policy.json.</param>
/// <param name="Group">The trigger's group; signals of one group count once.</param>
/// <param name="Confidence">0 to 1, 9 decimals.</param>
/// <param name="Recommendation">What this signal alone would recommend.</param>
/// <param name="Rule">The rule that made it, for example <c>keywords/legal</c>.</param>
/// <param name="Evidence">What it rests on.</param>
public sealed record Signal(string TriggerType, string Group, double Confidence, Band Recommendation, string Rule, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>The rule whose signal took all of this one's spans; such a signal does not count.</summary>
    public string? SuppressedBy { get; init; }
}

/// <summary>A rule that threw while a message was decided.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="MustEscalate">Such a ticket goes to the review list.</param>
public sealed record RuleError(string Rule, string Message, bool MustEscalate);
