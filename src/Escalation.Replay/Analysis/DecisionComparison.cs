using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Replay.Changes;

namespace Escalation.Replay.Analysis;

/// <summary>Counts messages of a table by what people said.</summary>
public sealed class VerdictBits
{
    private readonly int length;
    private readonly Bits confirmed, dismissed, missed;

    /// <summary>Of a table.</summary>
    public VerdictBits(FactTable table)
    {
        length = table.Count;
        (confirmed, dismissed, missed) = (new Bits(length), new Bits(length), new Bits(length));
        for (var row = 0; row < length; row++)
            switch (table.Verdicts[row])
            {
                case RowVerdict.Confirmed: confirmed.Set(row); break;
                case RowVerdict.Dismissed: dismissed.Set(row); break;
                case RowVerdict.Missed: missed.Set(row); break;
            }
    }

    /// <summary>The messages of some bits; null = all.</summary>
    public VerdictCounts Of(Bits? bits) => bits is null
        ? new VerdictCounts(length, confirmed.Count, dismissed.Count, missed.Count)
        : new VerdictCounts(bits.Count, bits.CountWith(confirmed), bits.CountWith(dismissed), bits.CountWith(missed));
}

/// <summary>Two sets of decisions on one history, compared.</summary>
internal sealed class DecisionComparison
{
    private readonly DecidedHistory before, after;
    private readonly DecisionColumns decided;

    /// <param name="before">The baseline.</param>
    /// <param name="after">The candidate.</param>
    /// <param name="decided">The candidate's decisions.</param>
    /// <param name="rows">The messages that were decided again: no other can differ.</param>
    public DecisionComparison(DecidedHistory before, DecidedHistory after, DecisionColumns decided, Bits rows)
    {
        (this.before, this.after, this.decided, Verdicts) = (before, after, decided, new VerdictBits(before.Table));
        Changed = new Bits(before.Table.Count);
        foreach (var row in rows.Places())
            if (before.Decisions.BandOf(row) != decided.BandOf(row) || before.Decisions.RouteOf(row)?.Team != decided.RouteOf(row)?.Team) Changed.Set(row);
    }

    /// <summary>Counts by what people said.</summary>
    public VerdictBits Verdicts { get; }

    /// <summary>Messages whose band or team differs.</summary>
    public Bits Changed { get; }

    /// <summary>Moves among some changed messages.</summary>
    public DecisionMoves Moves(Bits rows)
    {
        var bands = new SortedDictionary<(Band From, Band To), VerdictCounts>();
        var teams = new Dictionary<(string? From, string? To), VerdictCounts>();
        VerdictCounts escalated = default, noLonger = default;
        foreach (var row in rows.Places())
        {
            var verdict = before.Table.Verdicts[row];
            var (from, to) = (before.Decisions.BandOf(row), decided.BandOf(row));
            var (team, newTeam) = (before.Decisions.RouteOf(row)?.Team, decided.RouteOf(row)?.Team);
            if (from != to) bands[(from, to)] = bands.GetValueOrDefault((from, to)).With(verdict);
            if (team != newTeam) teams[(team, newTeam)] = teams.GetValueOrDefault((team, newTeam)).With(verdict);
            if (from < Band.PriorityEscalation && to >= Band.PriorityEscalation) escalated = escalated.With(verdict);
            if (from >= Band.PriorityEscalation && to < Band.PriorityEscalation) noLonger = noLonger.With(verdict);
        }
        return new DecisionMoves(
            [.. bands.Select(b => new BandChange(b.Key.From, b.Key.To, b.Value))],
            [.. teams.OrderByDescending(t => t.Value.Messages).ThenBy(t => t.Key.From, StringComparer.Ordinal).ThenBy(t => t.Key.To, StringComparer.Ordinal).Select(t => new TeamChange(t.Key.From, t.Key.To, t.Value))],
            escalated, noLonger);
    }

    /// <summary>Tickets with an escalated message.</summary>
    public (int Before, int After, int Lost, int Gained) Tickets(Bits? part)
    {
        var sides = new byte[before.Table.Count];
        for (var row = 0; row < sides.Length; row++)
        {
            if (part is not null && !part[row]) continue;
            if (before.Decisions.BandOf(row) >= Band.PriorityEscalation) sides[before.Table.Tickets[row]] |= 1;
            if (decided.BandOf(row) >= Band.PriorityEscalation) sides[before.Table.Tickets[row]] |= 2;
        }
        return (sides.Count(s => (s & 1) != 0), sides.Count(s => (s & 2) != 0), sides.Count(s => s == 1), sides.Count(s => s == 2));
    }

    /// <summary>Escalated messages that a routing rule takes.</summary>
    public VerdictCounts TakenBy(string route, DecisionColumns decisions, Bits? part)
    {
        var counts = default(VerdictCounts);
        for (var row = 0; row < before.Table.Count; row++)
            if ((part is null || part[row]) && decisions.RouteOf(row) is { } taken && taken.Rule == route) counts = counts.With(before.Table.Verdicts[row]);
        return counts;
    }

    /// <summary>The first of some messages, with both decisions and their reasons.</summary>
    public IReadOnlyList<ImpactExample> Examples(Bits rows, int most) => [.. rows.Places().Take(most).Select(ExampleOf)];

    private ImpactExample ExampleOf(int row)
    {
        var message = before.Table.RowOf(row);
        var ticket = before.Table.Read(row, FactColumns.Ticket).Ticket.Id;
        return new ImpactExample(
            message.MessageId, ticket, message.At, before.Table.Verdicts[row],
            ChangeSide.Of(before.Decide(row), message.Text), ChangeSide.Of(after.Decide(row), message.Text), message.Text);
    }
}
