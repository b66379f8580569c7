namespace Escalation.Replay.Arms;

/// <summary>Labelled tickets whose highest score lies in one tenth.</summary>
/// <param name="Tickets">Tickets of which somebody said whether an escalation was needed.</param>
/// <param name="Needed">Of those: it was.</param>
/// <param name="MeanScore">Mean of their highest scores; 0 without any.</param>
public sealed record ScoreBin(int Tickets, int Needed, double MeanScore)
{
    /// <summary>How many bins scores are cut into.</summary>
    public const int Bins = 10;
}

/// <summary>The highest score of every ticket, in two bytes each: labels come later.</summary>
internal sealed class HighestScores
{
    private const double Scale = ushort.MaxValue;
    private ushort[] scores = new ushort[1024];
    private int tickets;

    /// <summary>Takes a decision on a ticket.</summary>
    public void Take(int ticket, double score)
    {
        if (ticket >= scores.Length) Array.Resize(ref scores, Math.Max(scores.Length * 2, ticket + 1));
        tickets = Math.Max(tickets, ticket + 1);
        scores[ticket] = Math.Max(scores[ticket], (ushort)Math.Round(Math.Clamp(score, 0, 1) * Scale));
    }

    /// <summary>Labelled tickets by score; one that was merged counts as the one that it became.</summary>
    public IReadOnlyList<ScoreBin> Bins(Changes.NumberedNeeds needs)
    {
        var highest = new Dictionary<int, double>();
        for (var i = 0; i < tickets; i++)
            if (needs.Staying(i) is var ticket && needs.Of(ticket) is not null) highest[ticket] = Math.Max(highest.GetValueOrDefault(ticket), scores[i] / Scale);
        var bins = highest.ToLookup(h => Math.Min(ScoreBin.Bins - 1, (int)(h.Value * ScoreBin.Bins)));
        return [.. Enumerable.Range(0, ScoreBin.Bins).Select(b => new ScoreBin(bins[b].Count(), bins[b].Count(h => needs.Of(h.Key) == true), bins[b].Select(h => h.Value).DefaultIfEmpty(0).Average()))];
    }
}
