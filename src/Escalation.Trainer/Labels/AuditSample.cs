using Escalation.Core.Tickets;

namespace Escalation.Trainer.Labels;

/// <summary>A message drawn for a blind audit.</summary>
/// <param name="Message">The message.</param>
/// <param name="Draw">The audit's name, the stratum, and the chance that this ticket had: its weight is the inverse.</param>
public sealed record DrawnMessage(ReviewedMessage Message, AuditDraw Draw);

/// <summary>Draws tickets for a blind audit, so that what nobody was shown can be judged too.</summary>
/// <remarks>
/// One message a ticket, the last; strata by the model's probability; more are drawn where answers will vary more (Neyman's allocation), and some
/// from everywhere. The chance of a ticket is exact: drawn / tickets of its stratum. Pure: the seed decides.
/// </remarks>
internal static class AuditSample
{
    private const int FewestOfAStratum = 5;
    private static readonly (string Name, double From)[] Strata = [("quiet", 0), ("near", .2), ("high", .5)];

    /// <summary>Draws so many, or all where there are fewer.</summary>
    /// <param name="messages">Candidates: customers' messages on tickets of which nobody said anything.</param>
    /// <param name="probability">The model's probability of a text.</param>
    /// <param name="count">How many.</param>
    /// <param name="design">The audit's name.</param>
    /// <param name="seed">Of the draw.</param>
    public static IReadOnlyList<DrawnMessage> Draw(IReadOnlyList<ReviewedMessage> messages, Func<string, double> probability, int count, string design, int seed)
    {
        var tickets = messages.GroupBy(m => m.Ticket?.Value ?? m.Id, StringComparer.Ordinal).Select(g => g.OrderBy(m => m.At).ThenBy(m => m.Id, StringComparer.Ordinal).Last())
            .OrderBy(m => m.Id, StringComparer.Ordinal).Select(m => (Message: m, Probability: probability(m.Text))).ToList();
        var strata = Strata.Select(s => s.Name).Select(name => (Name: name, Members: tickets.Where(t => NameOf(t.Probability) == name).ToList())).Where(s => s.Members.Count > 0).ToList();
        var spread = strata.Select(s => s.Members.Count * Math.Sqrt(s.Members.Average(m => m.Probability * (1 - m.Probability)) + .01)).ToArray();
        var shares = Shares(count, spread, [.. strata.Select(s => s.Members.Count)]);
        var random = new Random(seed);
        var drawn = new List<DrawnMessage>();
        for (var i = 0; i < strata.Count; i++)
        {
            var (name, members) = strata[i];
            var taken = shares[i];
            var order = members.ToArray();
            random.Shuffle(order);
            var draw = new AuditDraw(design, name, (double)taken / members.Count);
            drawn.AddRange(order.Take(taken).Select(m => new DrawnMessage(m.Message, draw)));
        }
        var mixed = drawn.ToArray();
        random.Shuffle(mixed);                // the order must not tell the stratum
        return mixed;
    }

    /// <summary>How many of each stratum, adding up to the number asked for, or to all there are.</summary>
    private static int[] Shares(int count, double[] spread, int[] there)
    {
        int[] shares = [.. spread.Select((s, i) => Math.Min(there[i], Math.Max(Math.Min(FewestOfAStratum, count / spread.Length), (int)Math.Round(count * s / spread.Sum()))))];
        while (shares.Sum() > count) shares[Array.IndexOf(shares, shares.Max())]--;
        while (shares.Sum() < Math.Min(count, there.Sum())) shares[Enumerable.Range(0, shares.Length).Where(i => shares[i] < there[i]).MaxBy(i => spread[i])]++;
        return shares;
    }

    private static string NameOf(double probability) => Strata.Last(s => probability >= s.From).Name;
}
