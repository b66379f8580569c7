using NodaTime;

namespace Escalation.Core.Routing;

/// <summary>Help-desk priority, in rising order.</summary>
public enum TicketPriority { Low, Normal, High, Urgent }

/// <summary>Where an escalation goes and until when it should be seen to.</summary>
/// <param name="Team">An id of teams.json.</param>
/// <param name="Priority">Help-desk priority.</param>
/// <param name="SlaHours">Hours counted in the calendar.</param>
/// <param name="Calendar">Name of the calendar.</param>
/// <param name="SlaDeadline">The deadline, counted from the decision.</param>
/// <param name="Rule">The routing rule that chose it.</param>
public sealed record Route(string Team, TicketPriority Priority, double SlaHours, string Calendar, Instant SlaDeadline, string Rule)
{
    private readonly long deadline = SlaDeadline.ToUnixTimeTicks();      // an Instant is twice as wide

    /// <summary>The deadline, counted from the decision.</summary>
    public Instant SlaDeadline
    {
        get => Instant.FromUnixTimeTicks(deadline);
        init => deadline = value.ToUnixTimeTicks();
    }
}
