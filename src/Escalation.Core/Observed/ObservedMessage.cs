using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Observed;

/// <summary>A message together with what each configuration's text resources and models make of its text, computed once.</summary>
/// <remarks>Safe to share between threads: at worst the same facts are computed twice and one result is kept.</remarks>
public sealed class ObservedMessage
{
    private volatile TextFacts? first;      // there is almost always one analyzer, and it needs no memo
    private Memo? memos;
    private sbyte asks;

    /// <summary>A message of whose text nothing is known yet.</summary>
    public ObservedMessage(Message message) => Message = message;

    private ObservedMessage(Message message, TextFacts? first, Memo? memos, sbyte asks) => (Message, this.first, this.memos, this.asks) = (message, first, memos, asks);

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
    public TextFacts TextFacts(TextAnalyzer analyzer)
    {
        if (first is { } known && ReferenceEquals(known.Analyzer, analyzer)) return known;
        if (MemoOf(analyzer) is { } kept) return kept.Facts;
        var facts = analyzer.Analyze(Message);
        if (first is null) first = facts;
        else Volatile.Write(ref memos, new Memo(facts, Volatile.Read(ref memos)));
        return facts;
    }

    /// <summary>What decisions on later messages need of the text facts.</summary>
    public EarlierFacts EarlierFacts(TextAnalyzer analyzer) => Derived.EarlierFacts.Of(TextFacts(analyzer));

    /// <summary>What decisions on later messages need of it, under the analyzers that have seen it, without the text.</summary>
    /// <param name="frustration">As <see cref="TextFacts.Frustration"/>, where an <see cref="EarlierTopic"/> is returned.</param>
    /// <returns>An <see cref="EarlierTopic"/> where one analyzer has seen it, <see cref="EarlierTexts"/> where several have, null where none has.</returns>
    internal object? Earlier(out double frustration)
    {
        frustration = double.NaN;
        var memo = Volatile.Read(ref memos);
        if (first is not { } seen) return null;
        var facts = Derived.EarlierFacts.Of(seen);
        if (memo is null && Observation.CanPack(frustration = facts.Frustration)) return seen.Analyzer.Topics.Of(facts);
        var kept = new EarlierTexts(seen.Analyzer, facts, null);
        for (; memo is not null; memo = memo.Next) kept = new EarlierTexts(memo.Facts.Analyzer, Derived.EarlierFacts.Of(memo.Facts), kept);
        return kept;
    }

    /// <summary>The message as if it had happened at another time; what is known of its text stays.</summary>
    public ObservedMessage MovedTo(Instant at) =>
        Message.At == at ? this : new ObservedMessage(Message with { At = at, ReceivedAt = Message.Received }, first, Volatile.Read(ref memos), asks);

    /// <summary>The message now that its receipt is known; what is known of its text stays.</summary>
    /// <param name="received">The same message, at another time of receipt.</param>
    public ObservedMessage ReceivedAs(Message received) => new(received, first, Volatile.Read(ref memos), asks);

    private Memo? MemoOf(TextAnalyzer analyzer)
    {
        for (var memo = Volatile.Read(ref memos); memo is not null; memo = memo.Next)
            if (ReferenceEquals(memo.Facts.Analyzer, analyzer)) return memo;
        return null;
    }

    /// <param name="facts">What another analyzer found.</param>
    /// <param name="next">The memo of yet another.</param>
    private sealed class Memo(TextFacts facts, Memo? next)
    {
        public TextFacts Facts => facts;

        public Memo? Next => next;
    }
}
