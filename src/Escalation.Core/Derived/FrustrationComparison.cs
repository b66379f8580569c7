using Escalation.Core.Decisions;
using Escalation.Core.Observed;
using NodaTime;

namespace Escalation.Core.Derived;

/// <summary>The messages of the customer that a message's frustration is compared with: those of the 7 days before it, the latest first.</summary>
/// <param name="observed">What was known when the message was decided.</param>
public struct EarlierMessages(ObservedFacts observed)
{
    private static readonly Duration Week = Duration.FromDays(7);

    private int next = observed.Recent.Count;

    /// <summary>The message that <see cref="MoveNext"/> came to.</summary>
    public Observation Current { get; private set; }

    /// <summary>Whether <see cref="Current"/> is on the ticket of the message under decision, after the merges that were known then.</summary>
    public readonly bool IsOnTicket => observed.Canonical(Current.TicketId) == observed.Ticket.Id;

    /// <summary>Goes to the next one before; false where there is none.</summary>
    public bool MoveNext()
    {
        while (--next >= 0)
        {
            var other = observed.Recent[next];
            if (!other.IsOfCustomer) continue;
            if (observed.Message.Message.At - other.At >= Week) return false;
            Current = other;
            return true;
        }
        return false;
    }
}

/// <summary>Compares a message's frustration with that of <see cref="EarlierMessages"/>, which are taken in their order.</summary>
/// <param name="score">The message's own, 0 to 1; NaN = not available.</param>
public struct FrustrationComparison(double score)
{
    private const int TrendMessages = 3;

    private readonly double own = score;
    private double max = score, sum;
    private int onTicket;

    /// <summary>Takes the frustration of the next one before.</summary>
    /// <returns>Whether it also counts for the trend if it is on the same ticket; then <see cref="TakeOnTicket"/> has to be told.</returns>
    public bool Take(double other)
    {
        if (double.IsNaN(other)) return false;
        if (double.IsNaN(max) || other > max) max = other;
        return onTicket < TrendMessages;
    }

    /// <summary>Takes the frustration of one on the same ticket into the trend.</summary>
    public void TakeOnTicket(double other)
    {
        sum += other;
        onTicket++;
    }

    /// <summary>What it came to.</summary>
    public readonly FrustrationFacts Facts => new(own, onTicket > 0 && !double.IsNaN(own) ? Rounding.Score(own - sum / onTicket) : double.NaN, max);
}
