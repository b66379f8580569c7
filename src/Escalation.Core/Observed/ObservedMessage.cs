using Escalation.Core.Derived;
using Escalation.Core.Tickets;

namespace Escalation.Core.Observed;

/// <summary>A message together with what each configuration's text resources and models make of its text, computed once.</summary>
/// <remarks>Safe to share between threads: at worst the same facts are computed twice and one result is kept.</remarks>
public sealed class ObservedMessage(Message message)
{
    private Memo? memos;

    /// <summary>The message.</summary>
    public Message Message => message;

    /// <summary>The text facts under an analyzer, from the memo where they are already known.</summary>
    public TextFacts TextFacts(TextAnalyzer analyzer)
    {
        var known = Volatile.Read(ref memos);
        for (var memo = known; memo is not null; memo = memo.Next)
            if (ReferenceEquals(memo.Analyzer, analyzer)) return memo.Facts;
        var facts = analyzer.Analyze(message);
        Volatile.Write(ref memos, new Memo(analyzer, facts, known));
        return facts;
    }

    private sealed class Memo(TextAnalyzer analyzer, TextFacts facts, Memo? next)
    {
        public TextAnalyzer Analyzer => analyzer;

        public TextFacts Facts => facts;

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
