namespace Escalation.Tests.Replay.Coverage;

/// <summary>An episode that an arm must form of a ticket, worked out from what was drawn and from nothing of the product.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="OpenedHour">When it was opened.</param>
/// <param name="IsMachine">Whether the arm opened it; else a person did.</param>
/// <param name="IsSecond">Whether it was opened when the customer came back.</param>
/// <param name="ToTwo">Whether the arm sends it to team two.</param>
internal sealed record DrawnEpisode(DrawnTicket Ticket, double OpenedHour, bool IsMachine, bool IsSecond, bool ToTwo)
{
    private const double Fortnight = 14 * 24;

    public double? ResolvedHour => IsSecond ? Ticket.ResolvedAgainHour : Ticket.ResolvedHour;

    /// <summary>Whether what was said of the ticket was said of this episode: an agent's dismissal ends the live one, so that it says nothing of what opens later.</summary>
    public bool IsJudged => Ticket.LabelHour is { } hour && !IsSecond && (Ticket.Needed || !Ticket.IsReviewed || OpenedHour <= hour);

    /// <summary>Hours before the live episode that it overlaps.</summary>
    public double? Lead => !IsSecond && IsMachine && Ticket.LiveHour is { } live && (Ticket.Needed || !Ticket.IsReviewed || OpenedHour <= Ticket.LabelHour) ? live - OpenedHour : null;

    public bool IsRouted => IsMachine;

    public bool IsRight => ToTwo == (Ticket.RightTeam == "two");

    public bool ReturnsInTime => Ticket.AgainHour - Ticket.ResolvedHour <= Fortnight;

    /// <summary>The episodes of one arm.</summary>
    public static IReadOnlyList<DrawnEpisode> Of(DrawnTicket ticket, bool isBell)
    {
        var episodes = new List<DrawnEpisode>();
        var word = isBell ? ticket.Words.Bell : ticket.Words.Alarm;
        var toTwo = isBell ? ticket.ToTwo.Bell : ticket.ToTwo.Alarm;
        if (word is { } hour && !(ticket.IsRaised && hour > DrawnTicket.RaisedHour)) episodes.Add(new(ticket, hour, true, false, toTwo));
        else if (ticket.IsRaised) episodes.Add(new(ticket, DrawnTicket.RaisedHour, false, false, false));
        if (ticket.AgainHour is { } again && (isBell ? ticket.WordsAgain.Bell : ticket.WordsAgain.Alarm)) episodes.Add(new(ticket, again, true, true, toTwo));
        return episodes;
    }
}
