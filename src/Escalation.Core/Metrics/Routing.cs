using Escalation.Core.Tickets;

namespace Escalation.Core.Metrics;

/// <summary>First assigned team = right team / episodes with a known right team and a first one.</summary>
internal static class Routing
{
    /// <summary>Adds the accuracy with its details: macro average over right teams, robot and person apart, moves, episodes without a known right team.</summary>
    public static RoutingConfusion Add(MetricSetBuilder build, IReadOnlyList<LinkedEpisode> episodes)
    {
        var (all, byRobot, byHuman, unknown) = (MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), MetricSetBuilder.Shares(), MetricSetBuilder.Shares());
        var moves = new RatioSample("moves", isShare: false);
        var cells = new Dictionary<(string Right, string Assigned), int>();
        foreach (var episode in episodes)
        {
            var outcome = episode.Outcome;
            if (string.IsNullOrEmpty(outcome.FirstTeam)) continue;
            unknown.Add(episode.Cluster, string.IsNullOrEmpty(outcome.RightTeam));
            moves.Add(episode.Cluster, outcome.TeamMoves);
            if (string.IsNullOrEmpty(outcome.RightTeam)) continue;
            var isRight = string.Equals(outcome.FirstTeam, outcome.RightTeam, StringComparison.Ordinal);
            all.Add(episode.Cluster, isRight);
            (outcome.FirstTeamBy == ActorKind.Robot ? byRobot : byHuman).Add(episode.Cluster, isRight);
            var cell = (outcome.RightTeam, outcome.FirstTeam);
            cells[cell] = cells.GetValueOrDefault(cell) + 1;
        }
        const string id = MetricIds.RoutingAccuracy;
        build.Add(id, all);
        build.Detail(id, "robot", byRobot);
        build.Detail(id, "human", byHuman);
        build.Detail(id, "unknownShare", unknown);
        build.Detail(id, "moves", moves);
        var confusion = ConfusionOf(cells);
        build.Detail(id, "macro", MacroAverage(confusion));
        return confusion;
    }

    private static RoutingConfusion ConfusionOf(Dictionary<(string Right, string Assigned), int> cells)
    {
        string[] teams = [.. cells.Keys.SelectMany(c => new[] { c.Right, c.Assigned }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new RoutingConfusion(teams, [.. teams.Select(right => (IReadOnlyList<int>)[.. teams.Select(assigned => cells.GetValueOrDefault((right, assigned)))])]);
    }

    /// <remarks>Mean over right teams of their own accuracy: a small team counts as much as a large one. Its variance is that of the teams' shares.</remarks>
    private static MetricValue MacroAverage(RoutingConfusion confusion)
    {
        double sum = 0, variance = 0;
        int teams = 0, n = 0;
        for (var right = 0; right < confusion.Teams.Count; right++)
        {
            var row = confusion.Counts[right].Sum();
            if (row == 0) continue;
            var share = (double)confusion.Counts[right][right] / row;
            // Agresti and Coull's two added successes and failures, so that a team with one case does not count as certain.
            var shrunk = (confusion.Counts[right][right] + 2d) / (row + 4d);
            (sum, variance, teams, n) = (sum + share, variance + shrunk * (1 - shrunk) / (row + 4), teams + 1, n + row);
        }
        if (teams == 0) return MetricValue.NoData(MetricValue.Share);
        var (mean, half) = (sum / teams, Wilson.Z * Math.Sqrt(variance) / teams);
        return MetricValue.Of(mean, n, (Math.Max(0, mean - half), Math.Min(1, mean + half)), MetricValue.Share);
    }
}
