using System.Collections.Concurrent;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using NodaTime;

namespace Escalation.Replay.Pipeline;

/// <summary>Replays cached facts shard by shard of the tickets, on several cores; tickets that ask for one another come last, in a part together.</summary>
/// <remarks>A shard is held in memory while it is taken, and its tickets' outcomes after it.</remarks>
internal sealed class TicketParts(IReadOnlyList<ReplayArm> arms, ReplayOptions options, TicketTape tape, DecidedRows rows, ChangeSpool changes)
{
    private const int ProgressEvery = 4096;

    /// <summary>Parts of the tickets that ask for others: all of incidents in the first, those merged into one another in one of the rest.</summary>
    private const int Groups = 16;

    private readonly ReplayOptions options = options;
    private readonly DecidedRows rows = rows;
    private readonly ChangeSpool changes = changes;
    private readonly ConcurrentBag<(long Place, int Section, int Offset)>[] aside = [.. Enumerable.Range(0, Groups).Select(_ => new ConcurrentBag<(long, int, int)>())];
    private readonly HashSet<TicketId> coupled = [.. rows.Coupled.Select(tape.StandInOf)];
    private readonly Lock telling = new();
    private long taken;

    /// <summary>What all tickets came to.</summary>
    /// <param name="asOf">The instant at which outcomes are known.</param>
    /// <param name="cancellation">Ends between some thousand records.</param>
    public PartResult Take(Instant asOf, CancellationToken cancellation)
    {
        var results = new PartResult[Groups + TicketTape.Shards];
        RowRanges.Each(TicketTape.Shards, options.Workers, shard => results[Groups + shard] = Take(shard, asOf, cancellation));
        RowRanges.Each(Groups, options.Workers, group => results[group] = TakeGroup(group, asOf, cancellation));
        var result = results[0];
        for (var i = 1; i < results.Length; i++)
        {
            result.Add(results[i]);
            results[i] = null!;         // what is added lives on, its lists and sets do not
        }
        Tell(tape.Count - taken);
        return result;
    }

    /// <summary>Takes a shard, but for tickets that ask for others; those on which no arm differs are taken once for all arms.</summary>
    private PartResult Take(int shard, Instant asOf, CancellationToken cancellation)
    {
        using Part differing = new(this, arms), common = new(this, [arms[0]]);
        foreach (var record in Told(tape.Read(shard), cancellation))
        {
            var ticket = record.TicketId;
            if (GroupOf(ticket) is { } group) aside[group].Add((record.Place, record.Section, record.Offset));
            else (rows.IsCommon(ticket) ? common : differing).Take(record);
        }
        var result = differing.Close(asOf);
        result.AddCommon(common.Close(asOf));
        return result;
    }

    private PartResult TakeGroup(int group, Instant asOf, CancellationToken cancellation)
    {
        using var part = new Part(this, arms, isMerged: true);
        foreach (var record in Told(tape.Read(aside[group].OrderBy(a => a.Place).Select(a => (a.Section, a.Offset))), cancellation)) part.Take(record);
        return part.Close(asOf);
    }

    /// <summary>The group of a ticket that asks for others; null for all other tickets.</summary>
    private int? GroupOf(TicketId ticket)
    {
        var standIn = tape.StandInOf(ticket);
        if (coupled.Contains(standIn)) return 0;
        return tape.IsMerged(ticket) ? 1 + TicketTape.ShardOf(standIn) % (Groups - 1) : null;
    }

    private IEnumerable<TicketRecord> Told(IEnumerable<TicketRecord> records, CancellationToken cancellation)
    {
        var count = 0;
        foreach (var record in records)
        {
            yield return record;
            if (++count % ProgressEvery != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            Tell(ProgressEvery);
        }
        Tell(count % ProgressEvery);
    }

    private void Tell(long more)
    {
        lock (telling) options.OnProgress?.Invoke(taken += more);
    }

    /// <summary>Some tickets under some of the arms.</summary>
    private sealed class Part(TicketParts of, IReadOnlyList<ReplayArm> arms, bool isMerged = false) : IDisposable
    {
        private readonly ReplayPart part = new(arms, of.options, of.changes.NewPart(), Duration.MaxValue, of.rows);
        private readonly DerivedFacts[] facts = new DerivedFacts[arms.Count];
        private readonly Decision[] decisions = new Decision[arms.Count];

        public void Take(in TicketRecord record)
        {
            if (record.Row < 0 || record.Record.Received >= of.options.To) part.Take(new DecidedRecord(record.Record, null, null, record.Text), record.Place);
            else if (!of.rows.IsTouched(record.Row)) part.TakeNothing((Message)record.Record, record.Text, record.Row);
            else
            {
                of.rows.Decide(record.Row, facts, decisions);
                part.Take(new DecidedRecord(record.Record, facts, decisions, record.Text, record.Row, isMerged ? of.rows.TicketOf(record.Row) : record.TicketId), record.Place);
            }
        }

        public PartResult Close(Instant asOf) => part.Close(asOf);

        public void Dispose() => part.Dispose();
    }
}
