using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.Tests.History.Formats;

public sealed class EventDetailsTests
{
    private static TicketEvent Happened => new() { Id = "e", TicketId = new TicketId("t"), At = Some.Noon, Kind = EventKind.StatusChanged, Actor = new Actor("a", ActorKind.Human) };

    [Fact]
    public void What_is_told_in_one_or_member_by_member_is_the_same_event()
    {
        var one = Happened with { Details = new EventDetails { Status = "open", Band = Band.Monitor, Minutes = 3 } };
        Assert.Equal(one, Happened with { Minutes = 3, Band = Band.Monitor, Status = "open" });
        Assert.Equal(("open", Band.Monitor, 3d), (one.Status, one.Band!.Value, one.Minutes!.Value));
    }

    [Fact]
    public void What_is_taken_back_was_never_told() => Assert.Equal(Happened, Happened with { Status = "open" } with { Status = null });

    [Fact]
    public void Equal_pairs_of_status_and_priority_share_one_object_and_others_do_not()
    {
        var cache = new EventDetailsCache();
        Assert.Same(cache.Of("new", "normal"), cache.Of("new", "normal"));
        Assert.Equal(("new", "high"), (cache.Of("new", "high").Status, cache.Of("new", "high").Priority));
        Assert.Equal(("open", null), (cache.Of("open", null).Status, cache.Of("open", null).Priority));
        Assert.Same(EventDetails.None, cache.Of(null, null));
    }
}
