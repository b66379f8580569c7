using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Sla;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Who is on call, by the shifts of a database and the teams and calendars of a rule set.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class OnCallRoster(EscalationDatabase database)
{
    private readonly CustomerStore shifts = new(database);

    /// <summary>Those on call for a team at an instant; nobody where the team is unknown, or neither it nor its chain has anybody then.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<IReadOnlyList<OnCallPerson>> OfAsync(string team, Instant at, IRuleSet rules, CancellationToken cancellation) =>
        rules.Teams.Find(team) is not { } asked ? []
            : OnCallDesk.Of(asked, at, rules.Teams, name => rules.Calendars.GetValueOrDefault(name ?? rules.Policy.DefaultCalendar, BusinessCalendar.Always), await shifts.ShiftsAtAsync(at, cancellation));
}
