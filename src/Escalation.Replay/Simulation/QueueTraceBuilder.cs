using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;
using NodaTime;

namespace Escalation.Replay.Simulation;

/// <summary>Reads a history into work items, and decides every customer message on the way by the candidate.</summary>
/// <remarks>Point in time as in replay: the same view and the same two functions. A recommendation holds for the later work of a ticket until it is resolved.</remarks>
public sealed class QueueTraceBuilder
{
    private const int ProgressEvery = 4096;
    private const string NoTeam = "unassigned";
    private static readonly Duration LongestClaim = Duration.FromHours(4);

    private readonly ArmRunner runner;
    private readonly IReadOnlyDictionary<MessageId, MessageNeed>? truth;
    private readonly HistoryView view = new(ViewRetention.WithoutTexts);
    private readonly TicketLedger ledger = new();
    private readonly Dictionary<TicketId, TicketWork> tickets = [];
    private readonly List<Draft> answered = [];
    private readonly List<Shift> shifts = [];
    private readonly List<Label> labels = [];
    private readonly List<(string Team, double Minutes)> claims = [];
    private Instant last = Instant.MinValue;
    private int leftOut;

    private QueueTraceBuilder(Configuration configuration, IReadOnlyDictionary<MessageId, MessageNeed>? truth) =>
        (runner, this.truth) = (new ArmRunner(new ReplayArm("candidate", configuration), keepsSignals: false), truth);

    /// <summary>Reads records.</summary>
    /// <param name="records">In the total order of history.</param>
    /// <param name="configuration">The candidate.</param>
    /// <param name="truth">What is true of each message; null = as far as labels say.</param>
    /// <param name="workers">Threads for texts; the result does not depend on it.</param>
    /// <param name="onProgress">Called every few thousand records with the number taken.</param>
    /// <param name="cancellation">Ends between two records.</param>
    public static QueueTrace Read(
        IEnumerable<HistoryRecord> records, Configuration configuration, IReadOnlyDictionary<MessageId, MessageNeed>? truth, int workers, Action<long>? onProgress, CancellationToken cancellation)
    {
        var builder = new QueueTraceBuilder(configuration, truth);
        var taken = 0L;
        foreach (var record in PreparedRecords.Of(records, [configuration.Analyzer], workers, cancellation))
        {
            builder.Take(record);
            if (++taken % ProgressEvery != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            onProgress?.Invoke(taken);
        }
        return builder.Finish();
    }

    private void Take(PreparedRecord record)
    {
        var received = record.Message?.Message.Received ?? record.Other!.Received;
        if (received > last) last = received;
        switch (record.Message ?? (object?)record.Other)
        {
            case ObservedMessage observed:
                ledger.Take(observed.Message);
                Take(observed);
                view.Add(observed);
                break;
            case TicketEvent happened:
                Take(happened);
                ledger.Take(happened);
                view.Add(happened);
                break;
            case Label label: labels.Add(label); break;
            case Shift shift: shifts.Add(shift); break;
            default: view.Add(record.Other!); break;
        }
    }

    private void Take(ObservedMessage observed)
    {
        var message = observed.Message;
        var work = WorkOf(message.TicketId);
        if (message.Author == Author.Customer)
        {
            var open = work.Open ??= new Draft(ledger.Canonical(message.TicketId), message.Received);
            if (truth is not null && truth.TryGetValue(new MessageId(message.Id), out var known)) open.Take(known, message.Received);
            open.Messages.Add(message.Id);
            var decision = runner.Decide(view.Observe(observed)).Decision;
            if (decision.Route is { } route && (work.Flag is not { } flag || decision.Recommendation.Band > flag.Band))
                work.Flag = new Flag(Ms(message.Received), decision.Recommendation.Band, decision.Recommendation.Score, route.Team, Ms(route.SlaDeadline));
            open.Flag = work.Flag;
        }
        else if (message is { Author: Author.Agent, Public: true }) Answer(work, message.Received, message.Team);
    }

    private void Take(TicketEvent happened)
    {
        var work = WorkOf(happened.TicketId);
        var isHuman = happened.Actor.Kind == ActorKind.Human;
        switch (happened.Kind)
        {
            case EventKind.Assigned or EventKind.TeamChanged:
                if (isHuman && work.Open is { } open && happened.Team is not null && work.Team is { } from && from != happened.Team) open.Moved ??= (from, happened.Received);
                if (isHuman && happened.Assignee is not null) work.ClaimedAt = happened.Received;
                work.Team = happened.Team ?? work.Team;
                break;
            case EventKind.Resolved or EventKind.Closed:
                if (isHuman) Answer(work, happened.Received, happened.Team ?? happened.Actor.Team);
                work.Flag = null;
                break;
            case EventKind.Merged when happened.ToTicket is { } into && WorkOf(into) is var stays && stays != work:
                if (work.Open is not null && stays.Open is null) stays.Open = work.Open;
                else if (work.Open is not null) leftOut++;
                (work.Open, stays.Flag) = (null, stays.Flag ?? work.Flag);
                break;
        }
        if (happened.Minutes is > 0) work.Minutes += happened.Minutes.Value;
    }

    private void Answer(TicketWork work, Instant at, string? team)
    {
        if (work.Open is not { } open || at <= open.Arrival) return;
        (open.AnsweredAt, open.Team, open.Work) = (at, team ?? work.Team ?? NoTeam, work);
        if (work.ClaimedAt is { } claimed && claimed >= open.Arrival && at > claimed && at - claimed <= LongestClaim) claims.Add((open.Team, (at - claimed).TotalMinutes));
        answered.Add(open);
        work.Answers++;
        (work.Open, work.ClaimedAt) = (null, null);
    }

    private QueueTrace Finish()
    {
        var book = new LabelBook(labels, ledger.Canonical, last);
        var minutes = answered.Where(d => d.Work!.Minutes > 0).Select(d => (d.Team, d.Work!.Minutes / d.Work.Answers)).ToList();
        var items = answered.OrderBy(d => d.Arrival).ThenBy(d => d.TicketId.Value, StringComparer.Ordinal).Select((d, number) => ItemOf(d, number, book)).ToList();
        return new QueueTrace(items, leftOut + tickets.Values.Count(t => t.Open is not null), shifts, minutes, claims, truth is not null);
    }

    private WorkItem ItemOf(Draft draft, int number, LabelBook book)
    {
        var arrival = Ms(draft.Arrival);
        var moved = draft.Moved is { } found && found.From != draft.Team && found.At > draft.Arrival ? draft.Moved : null;
        var (needed, rightTeam) = truth is null ? Labelled(draft, book.Of(ledger.Canonical(draft.TicketId))) : (draft.Needed, draft.Needed == true ? draft.RightTeam : null);
        return new WorkItem
        {
            Number = number,
            TicketId = draft.TicketId,
            ArrivalMs = arrival,
            AnsweredMs = Ms(draft.AnsweredAt),
            Team = draft.Team,
            MovedFrom = moved?.From,
            MovedAtMs = moved is { } move ? Ms(move.At) : null,
            Needed = needed,
            NeedMs = draft.NeedAt is { } need ? Ms(need) : arrival,
            RightTeam = rightTeam,
            Flag = draft.Flag is { } flag ? flag with { AtMs = Math.Max(arrival, flag.AtMs) } : null,
        };
    }

    /// <summary>A label that names a message speaks of the work with that message; one that names none, of all work of the ticket.</summary>
    private static (bool? Needed, string? RightTeam) Labelled(Draft draft, IReadOnlyList<Label> said)
    {
        var own = said.Where(l => l.MessageId is not { } message || draft.Messages.Contains(message.Value)).ToList();
        return (LabelBook.Winner(own, l => l.EffectiveNeeded is not null)?.EffectiveNeeded, LabelBook.Winner(said, l => !string.IsNullOrEmpty(l.RightTeam))?.RightTeam);
    }

    private TicketWork WorkOf(TicketId ticket)
    {
        var canonical = ledger.Canonical(ticket);
        if (!tickets.TryGetValue(canonical, out var work)) tickets.Add(canonical, work = new TicketWork());
        return work;
    }

    private static long Ms(Instant at) => at.ToUnixTimeMilliseconds();

    private sealed class TicketWork
    {
        public Draft? Open { get; set; }

        public string? Team { get; set; }

        public Flag? Flag { get; set; }

        public Instant? ClaimedAt { get; set; }

        public double Minutes { get; set; }

        public int Answers { get; set; }
    }

    private sealed class Draft(TicketId ticket, Instant arrival)
    {
        public TicketId TicketId => ticket;

        public Instant Arrival => arrival;

        public Instant AnsweredAt { get; set; }

        public string Team { get; set; } = NoTeam;

        public (string From, Instant At)? Moved { get; set; }

        public List<string> Messages { get; } = [];

        public bool? Needed { get; private set; }

        public Instant? NeedAt { get; private set; }

        public string? RightTeam { get; private set; }

        public Flag? Flag { get; set; }

        public TicketWork? Work { get; set; }

        public void Take(MessageNeed known, Instant at)
        {
            if (Needed == true) return;
            (Needed, RightTeam) = (known.Needed, known.RightTeam);
            if (known.Needed) NeedAt = at;
        }
    }
}
