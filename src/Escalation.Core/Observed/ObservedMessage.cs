using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Observed;

/// <summary>A message together with what each configuration's text resources and models make of its text, computed once.</summary>
/// <remarks>Safe to share between threads: at worst the same facts are computed twice and one result is kept.</remarks>
public sealed class ObservedMessage
{
    private readonly bool hasText = true;
    private volatile TextFacts? first;      // there is almost always one analyzer, and it needs no memo
    private Memo? memos;
    private sbyte asks;

    /// <summary>A message of whose text nothing is known yet.</summary>
    public ObservedMessage(Message message) => Message = message;

    private ObservedMessage(Message message, TextFacts? first, Memo? memos, sbyte asks, bool hasText) =>
        (Message, this.first, this.memos, this.asks, this.hasText) = (message, first, memos, asks, hasText);

    /// <summary>The message.</summary>
    public Message Message { get; }

    /// <summary>Whether the text holds a question mark.</summary>
    public bool Asks
    {
        get
        {
            if (asks == 0) asks = Message.Text.Contains('?', StringComparison.Ordinal) ? (sbyte)1 : (sbyte)-1;
            return asks > 0;
        }
    }

    /// <summary>The text facts under an analyzer, from the memo where they are already known.</summary>
    /// <exception cref="InvalidOperationException">The text was let go.</exception>
    public TextFacts TextFacts(TextAnalyzer analyzer)
    {
        if (first is { } known && ReferenceEquals(known.Analyzer, analyzer)) return known;
        if (MemoOf(analyzer) is { Facts: { } kept }) return kept;
        if (!hasText) throw WithoutItsText();
        var facts = analyzer.Analyze(Message);
        if (first is null) first = facts;
        else Volatile.Write(ref memos, new Memo(analyzer, facts, default, Volatile.Read(ref memos)));
        return facts;
    }

    /// <summary>What decisions on later messages need of the text facts.</summary>
    /// <exception cref="InvalidOperationException">The text was let go before the analyzer saw it.</exception>
    public EarlierFacts EarlierFacts(TextAnalyzer analyzer) =>
        hasText ? Derived.EarlierFacts.Of(TextFacts(analyzer)) : MemoOf(analyzer) is { } memo ? memo.Earlier : throw WithoutItsText();

    /// <summary>The message for decisions on later ones, under the analyzers that have seen it: without text, subject and further fields, in a fraction of the memory.</summary>
    public ObservedMessage WithoutText()
    {
        if (!hasText) return this;
        var kept = first is { } facts ? new Memo(facts.Analyzer, null, Derived.EarlierFacts.Of(facts), null) : null;
        for (var memo = Volatile.Read(ref memos); memo is not null; memo = memo.Next) kept = new Memo(memo.Analyzer, null, Derived.EarlierFacts.Of(memo.Facts!), kept);
        return new ObservedMessage(Message with { Text = "", Subject = null, Attributes = Message.NoAttributes }, null, kept, Asks ? (sbyte)1 : (sbyte)-1, hasText: false);
    }

    /// <summary>The message as if it had happened at another time; what is known of its text stays.</summary>
    public ObservedMessage MovedTo(Instant at) =>
        Message.At == at ? this : new ObservedMessage(Message with { At = at, ReceivedAt = Message.Received }, first, Volatile.Read(ref memos), asks, hasText);

    private InvalidOperationException WithoutItsText() => new($"The text of message {Message.Id} was let go.");

    private Memo? MemoOf(TextAnalyzer analyzer)
    {
        for (var memo = Volatile.Read(ref memos); memo is not null; memo = memo.Next)
            if (ReferenceEquals(memo.Analyzer, analyzer)) return memo;
        return null;
    }

    /// <param name="analyzer">The analyzer.</param>
    /// <param name="facts">What it found; null where the text was let go.</param>
    /// <param name="earlier">What is kept where the text was let go.</param>
    /// <param name="next">The memo of another analyzer.</param>
    private sealed class Memo(TextAnalyzer analyzer, TextFacts? facts, EarlierFacts earlier, Memo? next)
    {
        public TextAnalyzer Analyzer => analyzer;

        public TextFacts? Facts => facts;

        public EarlierFacts Earlier => earlier;

        public Memo? Next => next;
    }
}

/// <summary>Something seen on a ticket: a message or an event, exactly one of the two.</summary>
/// <param name="Message">The message, or null.</param>
/// <param name="Event">The event, or null.</param>
public readonly record struct Observation(ObservedMessage? Message, TicketEvent? Event)
{
    /// <summary>The record behind it.</summary>
    public HistoryRecord Record => Message is not null ? Message.Message : Event!;

    /// <summary>The ticket as its source named it, before merges.</summary>
    public TicketId TicketId => Message?.Message.TicketId ?? Event!.TicketId;
}
