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
    private const int Scale = ushort.MaxValue;

    private readonly (int Tickets, int Needed, long Sum)[] bins = new (int, int, long)[ScoreBin.Bins];
    private ushort[] scores = new ushort[1024];
    private int tickets;

    /// <summary>Labelled tickets by score, once closed; one that was merged counts as the one that it became.</summary>
    public IReadOnlyList<ScoreBin> Bins => [.. bins.Select(b => new ScoreBin(b.Tickets, b.Needed, b.Tickets == 0 ? 0 : b.Sum / (double)Scale / b.Tickets))];

    /// <summary>Takes a decision on a ticket.</summary>
    public void Take(int ticket, double score)
    {
        if (ticket >= scores.Length) Array.Resize(ref scores, Math.Max(scores.Length * 2, ticket + 1));
        tickets = Math.Max(tickets, ticket + 1);
        scores[ticket] = Math.Max(scores[ticket], (ushort)Math.Round(Math.Clamp(score, 0, 1) * Scale));
    }

    /// <summary>Counts labelled tickets. Nothing is taken after it.</summary>
    public void Close(Changes.NumberedNeeds needs)
    {
        var highest = new Dictionary<int, ushort>();
        for (var i = 0; i < tickets; i++)
            if (needs.Staying(i) is var ticket && needs.Of(ticket) is not null) highest[ticket] = Math.Max(highest.GetValueOrDefault(ticket), scores[i]);
        foreach (var (ticket, score) in highest)
        {
            ref var bin = ref bins[Math.Min(ScoreBin.Bins - 1, score * ScoreBin.Bins / Scale)];
            bin = (bin.Tickets + 1, bin.Needed + (needs.Of(ticket) == true ? 1 : 0), bin.Sum + score);
        }
        scores = [];
    }

    /// <summary>Adds what is counted of other tickets.</summary>
    public void Add(HighestScores other)
    {
        for (var i = 0; i < bins.Length; i++) bins[i] = (bins[i].Tickets + other.bins[i].Tickets, bins[i].Needed + other.bins[i].Needed, bins[i].Sum + other.bins[i].Sum);
    }
}
