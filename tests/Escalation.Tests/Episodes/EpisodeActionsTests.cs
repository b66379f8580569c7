using Escalation.Core.Episodes;
using Escalation.Core.Tickets;

namespace Escalation.Tests.Episodes;

public sealed class EpisodeActionsTests
{
    [Fact]
    public void Every_status_takes_what_is_legal_and_names_the_way_out_of_the_rest()
    {
        EventKind[] all = [EventKind.Acknowledged, EventKind.Assigned, EventKind.Snoozed, EventKind.Resolved, EventKind.Merged, EventKind.Reopened];
        var table = Enum.GetValues<EpisodeStatus>().Select(s => $"{s}: {string.Concat(all.Select(a => EpisodeActions.Refusal(Standing(s), a) is null ? '+' : '-'))}");
        Assert.Equal(
            ["Open: +++++-", "Acknowledged: -++++-", "Assigned: +++++-", "Snoozed: +++++-", "Resolved: -----+", "Dismissed: ------", "Merged: ------"], table);
        Assert.Equal("t1#1 is already resolved; reopen it first", EpisodeActions.Refusal(Standing(EpisodeStatus.Resolved), EventKind.Assigned));
        Assert.Equal("t1#1 is open; only a resolved one is reopened", EpisodeActions.Refusal(Standing(EpisodeStatus.Open), EventKind.Reopened));
    }

    private static Episode Standing(EpisodeStatus status) => Some.Episode() with
    {
        Status = status,
        EndedAt = status is EpisodeStatus.Resolved or EpisodeStatus.Dismissed or EpisodeStatus.Merged ? Some.Noon : null,
    };
}
