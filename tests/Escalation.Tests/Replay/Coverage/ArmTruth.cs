using Escalation.Core.Metrics;

namespace Escalation.Tests.Replay.Coverage;

/// <summary>What the figures of an arm would be over any number of tickets, from what was drawn.</summary>
internal sealed class ArmTruth(bool isBell)
{
    private const double Horizon = 720;
    private readonly Dictionary<string, (double Numerator, double Denominator)> sums = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Right, bool IsRight), int> routes = [];
    private readonly List<double> hours = [];
    private bool isSorted;

    /// <summary>Episodes that are not resolved.</summary>
    public int Pending { get; private set; }

    /// <summary>Takes a ticket.</summary>
    public void Take(DrawnTicket ticket)
    {
        var episodes = DrawnEpisode.Of(ticket, isBell);
        var isFlagged = episodes.Any(e => e.IsMachine && !(ticket.IsRaised && e.OpenedHour > DrawnTicket.RaisedHour));
        Add(MetricIds.EscalationRate, episodes.Count > 0);
        Add("escalationRate.machine", episodes.Any(e => e.IsMachine));
        Add("escalationRate.human", episodes.Any(e => !e.IsMachine));
        Add("escalationRate.episodesPerTicket", episodes.Count, 1);
        if (ticket.Needed) Add(MetricIds.Recall, isFlagged);
        if (ticket is { Needed: false, IsAudited: true } && !episodes.Any(e => e.IsMachine)) Add("falsePositiveRate.classic", 0, 1 / DrawnTicket.AuditShare);
        foreach (var episode in episodes) Take(episode, episodes);
    }

    private void Take(DrawnEpisode episode, IReadOnlyList<DrawnEpisode> all)
    {
        var (ticket, isDismissed) = (episode.Ticket, episode.IsJudged && !episode.Ticket.Needed);
        if (episode.IsMachine)
        {
            Add("falsePositiveRate.unreviewedShare", !episode.IsJudged);
            Add("falsePositiveRate.lowerBound", isDismissed);
            Add("falsePositiveRate.upperBound", isDismissed || !episode.IsJudged);
            Add("everyAlarm", !ticket.Needed);
            Add("everyRoute", episode.IsRight);
            if (episode.IsJudged) Add(MetricIds.FalsePositiveRate, isDismissed);
            if (isDismissed) Add("falsePositiveRate.classic", 1, 1);
            if (episode.Lead is { } lead) Add(MetricIds.LeadTimeHours, lead, 1);
            Add("routingAccuracy.unknownShare", !(episode.IsJudged && ticket.TellsTeam));
            if (episode.IsJudged && ticket.TellsTeam)
            {
                Add(MetricIds.RoutingAccuracy, episode.IsRight);
                routes[(ticket.RightTeam, episode.IsRight)] = routes.GetValueOrDefault((ticket.RightTeam, episode.IsRight)) + 1;
            }
        }
        if (episode is { IsSecond: true, ReturnsInTime: true } && all.Count == 2) Add(MetricIds.FirstContactResolution, !ticket.WritesAfterAnswer);
        Add("averageResolutionHours.restrictedMean", Math.Min(Horizon, episode.ResolvedHour - episode.OpenedHour ?? Horizon), 1);
        if (episode.ResolvedHour is not { } resolved) Pending++;
        else
        {
            hours.Add(resolved - episode.OpenedHour);
            Add(MetricIds.AverageResolutionHours, resolved - episode.OpenedHour, 1);
            Add(MetricIds.ReEscalationRate, !episode.IsSecond && all is [_, { IsSecond: true, ReturnsInTime: true }]);
        }
    }

    /// <summary>A figure by its id; null where nothing was drawn that it could be taken of.</summary>
    public double? Find(string id)
    {
        if (!isSorted) hours.Sort();
        isSorted = true;
        return id switch
        {
            "averageResolutionHours.median" => hours.Count == 0 ? null : Quantiles.OfSorted(hours, .5),
            "averageResolutionHours.p90" => hours.Count == 0 ? null : Quantiles.OfSorted(hours, .9),
            "routingAccuracy.macro" => routes.GroupBy(r => r.Key.Right).Average(g => (double)g.Where(r => r.Key.IsRight).Sum(r => r.Value) / g.Sum(r => r.Value)),
            _ => sums.TryGetValue(id, out var sum) ? sum.Numerator / sum.Denominator : null,
        };
    }

    private void Add(string id, bool value) => Add(id, value ? 1 : 0, 1);

    private void Add(string id, double numerator, double denominator)
    {
        var sum = sums.GetValueOrDefault(id);
        sums[id] = (sum.Numerator + numerator, sum.Denominator + denominator);
    }
}
