using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Tests.Sla.Calendars;

namespace Escalation.Tests.Routing;

public sealed class OnCallDeskTests
{
    private const string NewYork = "America/New_York";
    private static readonly Instant Monday = At(NewYork, 2026, 3, 2, 10), Night = At(NewYork, 2026, 3, 2, 22);

    private static readonly TeamDirectory Teams = new(
        [
            new Team { Id = "desk", Members = ["ann", "ben"], Calendar = "business", Chain = ["night", "boss"] },
            new Team { Id = "night", Members = ["nil"], Calendar = "nights" },
            new Team { Id = "alone", Calendar = "business" },
        ], new Dictionary<string, string>());

    [Fact]
    public void A_shift_that_covers_the_time_comes_before_the_hours_of_the_team()
    {
        var shift = Works("cem", "desk", Monday - Duration.FromHours(1), Monday + Duration.FromHours(1));
        Assert.Equal([new OnCallPerson("cem", "desk", OnCallReason.Shift, shift.To)], On("desk", Monday, shift, Works("dee", "night", Monday, Night)));
        Assert.Equal(["ann", "ben"], On("desk", shift.To, shift).Select(p => p.Who));                 // its end is exclusive
    }

    [Fact]
    public void In_open_hours_all_members_are_on_call_until_closing() =>
        Assert.Equal([new OnCallPerson("ann", "desk", OnCallReason.OpenHours, At(NewYork, 2026, 3, 2, 17)), new OnCallPerson("ben", "desk", OnCallReason.OpenHours, At(NewYork, 2026, 3, 2, 17))], On("desk", Monday));

    [Fact]
    public void Outside_them_the_chain_is_asked_in_order_up_to_a_person_whom_it_names()
    {
        Assert.Equal([new OnCallPerson("nil", "night", OnCallReason.OpenHours, At(NewYork, 2026, 3, 3, 6))], On("desk", Night));
        var evening = At(NewYork, 2026, 3, 2, 18);
        Assert.Equal([new OnCallPerson("boss", "desk", OnCallReason.Named, null)], On("desk", evening));
        Assert.Equal(["eve"], On("desk", evening, Works("eve", "night", evening, Night)).Select(p => p.Who));
    }

    [Fact]
    public void A_team_without_members_stands_for_itself_and_without_hours_and_chain_nobody_is_there()
    {
        Assert.Equal(["alone"], On("alone", Monday).Select(p => p.Who));
        Assert.Empty(On("alone", Night));
    }

    private static IReadOnlyList<OnCallPerson> On(string team, Instant at, params Shift[] shifts) =>
        OnCallDesk.Of(Teams.Find(team)!, at, Teams, name => name == "nights" ? EveryDay(NewYork, (0, 6), (20, 24)) : NineToFive, shifts);

    private static Shift Works(string agent, string team, Instant from, Instant to) => new() { Id = agent, AgentId = agent, Team = team, At = from, To = to };
}
