using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using NodaTime;

namespace Escalation.Replay.Pipeline;

/// <summary>What is counted of an arm; the counts of other tickets can be added.</summary>
/// <param name="zone">Where the arm's days begin.</param>
/// <param name="top">How many of its highest recommendations are kept.</param>
internal sealed class ArmCount(DateTimeZone zone, int top)
{
    public ArmTally Tally { get; } = new();

    public HighestRecommendations Highest { get; } = new(top);

    public VolumeCounter Volume { get; } = new(zone);

    public List<EpisodeOutcome> Episodes { get; } = [];

    /// <summary>The tickets that its machine escalated.</summary>
    public HashSet<TicketId> Escalated { get; } = [];

    public void Add(ArmCount other)
    {
        Tally.Add(other.Tally);
        Highest.Add(other.Highest);
        Volume.Add(other.Volume);
        Episodes.AddRange(other.Episodes);
        Escalated.UnionWith(other.Escalated);
    }
}

/// <summary>What a replay came to on some of its tickets; the results of other tickets can be added.</summary>
/// <param name="arms">Each arm's counts.</param>
/// <param name="merges">The merges among these tickets.</param>
internal sealed class PartResult(IReadOnlyList<ArmCount> arms, TicketMerges merges)
{
    private readonly TicketMerges merges = merges;
    private readonly List<TicketOutcome> tickets = [];

    public IReadOnlyList<ArmCount> Arms => arms;

    /// <summary>What people said of tickets.</summary>
    public TicketNeeds Needs { get; } = new();

    public int Labels { get; set; }

    /// <summary>Times that a ticket was read back.</summary>
    public long Recalled { get; set; }

    /// <summary>The ticket that a ticket has become by all merges.</summary>
    public TicketId Canonical(TicketId ticket) => merges.Canonical(ticket);

    /// <summary>Takes the outcomes of some tickets.</summary>
    /// <param name="batch">The tickets.</param>
    /// <param name="of">The arms.</param>
    /// <param name="options">The window.</param>
    /// <param name="asOf">The instant at which outcomes are known.</param>
    public void Take(CaseBatch batch, IReadOnlyList<ReplayArm> of, ReplayOptions options, Instant asOf)
    {
        for (var i = 0; i < arms.Count; i++)
        {
            var issues = batch.Opened[i].Where(o => o.Issue is not null).ToDictionary(o => o.Episode.Id, o => o.Issue);
            var builder = new OutcomeBuilder(batch.Labels, batch.Live, batch.Canonical, asOf)
            {
                TrailOf = batch.TrailOf,
                IssueKeyOf = e => issues.GetValueOrDefault(e.Id),
                BusinessHours = of[i].Configuration.DefaultCalendar,
            };
            if (i == 0)
            {
                var outcomes = builder.Tickets(batch.Tickets).ToList();
                Needs.Take(outcomes, batch.NumberOf);
                tickets.AddRange(outcomes);
            }
            var opened = batch.Opened[i].Select(o => o.Episode).Where(e => e.OpenedAt >= options.From && e.OpenedAt < options.To).ToList();
            opened.ForEach(arms[i].Volume.Take);
            arms[i].Episodes.AddRange(builder.Episodes(batch.Tickets, opened, of[i].IsLive));
            arms[i].Escalated.UnionWith(batch.Opened[i].Where(o => o.Episode.OpenedBy == ActorKind.Robot).Select(o => batch.Canonical(o.Episode.TicketId)));
        }
    }

    /// <summary>Adds the result of other tickets.</summary>
    public void Add(PartResult other) => Add(other, arm => other.Arms[arm]);

    /// <summary>Adds the result of other tickets under the first arm, on which the others come to the same.</summary>
    public void AddCommon(PartResult other) => Add(other, _ => other.Arms[0]);

    /// <summary>The outcomes of each arm.</summary>
    /// <remarks>Sums of hours depend on their order in the last digits, and intervals on these: one order, whichever part a ticket was in.</remarks>
    /// <param name="asOf">The instant at which they are known.</param>
    /// <param name="workers">Threads.</param>
    public IReadOnlyList<Outcomes> Outcomes(Instant asOf, int workers)
    {
        var outcomes = new Outcomes[arms.Count];
        tickets.Sort((a, b) => string.CompareOrdinal(a.TicketId.Value, b.TicketId.Value));
        RowRanges.Each(arms.Count, workers, i => outcomes[i] = new Outcomes(tickets, arms[i].Episodes.OrderBy(e => e.OpenedAt).ThenBy(e => e.TicketId.Value, StringComparer.Ordinal), asOf));
        return outcomes;
    }

    private void Add(PartResult other, Func<int, ArmCount> of)
    {
        for (var i = 0; i < arms.Count; i++) arms[i].Add(of(i));
        merges.Add(other.merges);
        tickets.AddRange(other.tickets);
        Needs.Add(other.Needs);
        Labels += other.Labels;
        Recalled += other.Recalled;
    }
}
