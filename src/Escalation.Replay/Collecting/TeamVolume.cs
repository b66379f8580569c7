using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>What the machine's escalations ask of one team.</summary>
/// <param name="Team">The team they went to first.</param>
/// <param name="ByHour">Escalations by hour of day over the whole window, 24 numbers.</param>
/// <param name="BusiestDay">The most on one day.</param>
/// <param name="DaysAbove">Days with more than the capacity.</param>
/// <param name="Capacity">Escalations a day that policy.json says the team can take; null = not stated.</param>
public sealed record TeamVolume(string Team, IReadOnlyList<int> ByHour, int BusiestDay, int DaysAbove, int? Capacity)
{
    /// <summary>The hour of day with most.</summary>
    public int BusiestHour => ByHour.Index().MaxBy(h => h.Item).Index;
}

/// <summary>Counts an arm's machine escalations by team, day and hour.</summary>
/// <param name="zone">Where days begin.</param>
internal sealed class VolumeCounter(DateTimeZone zone)
{
    private readonly Dictionary<(string Team, LocalDate Day, int Hour), int> counts = [];

    /// <summary>Takes an episode of the window.</summary>
    public void Take(Episode episode)
    {
        if (episode is not { OpenedBy: ActorKind.Robot, FirstTeam: { } team }) return;
        var local = episode.OpenedAt.InZone(zone);
        var key = (team, local.Date, local.Hour);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    /// <summary>Adds what another one counted in the same zone.</summary>
    public void Add(VolumeCounter other)
    {
        foreach (var (key, count) in other.counts) counts[key] = counts.GetValueOrDefault(key) + count;
    }

    /// <summary>The volumes, by team.</summary>
    /// <param name="capacity">Of policy.json.</param>
    public IReadOnlyList<TeamVolume> Volumes(IReadOnlyDictionary<string, int> capacity) =>
    [
        .. counts.GroupBy(c => c.Key.Team, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(team =>
        {
            var byHour = new int[24];
            foreach (var (key, count) in team) byHour[key.Hour] += count;
            var days = team.GroupBy(c => c.Key.Day).Select(d => d.Sum(c => c.Value)).ToList();
            int? most = capacity.TryGetValue(team.Key, out var stated) ? stated : null;
            return new TeamVolume(team.Key, byHour, days.Max(), days.Count(d => d > most), most);
        }),
    ];
}
