using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Replay;
using Escalation.Replay.Arms;
using NodaTime;

namespace Escalation.Tests.Replay;

/// <summary>A small history whose words ring for one arm, for the other, or for both, with labels that say what was needed.</summary>
internal static class SomeHistory
{
    /// <summary>Escalates on the word "alarm", to team one.</summary>
    public static readonly Configuration Alarm = Arm("alarm", "one");

    /// <summary>Escalates on the word "bell", to team two.</summary>
    public static readonly Configuration Bell = Arm("bell", "two");

    /// <summary>
    /// lost: only alarm, needed. removed: only alarm, not needed. unknown: only bell, nobody said. found: only bell, needed. false: only bell, not needed.
    /// both: alarm and bell, needed. moved: bell, then alarm a day later. quiet: neither.
    /// </summary>
    public static List<HistoryRecord> Records()
    {
        List<HistoryRecord> records =
        [
            Message("lost", "an alarm", 0), Message("removed", "an alarm", 1), Message("unknown", "a bell", 2), Message("found", "a bell", 3), Message("false", "a bell", 4),
            Message("both", "an alarm and a bell", 5), Message("moved", "a bell", 6), Message("moved", "an alarm", 30), Message("quiet", "nothing", 7),
            Label("l1", "lost", LabelKind.Confirmed, 8), Label("l2", "removed", LabelKind.Dismissed, 9, DismissalReason.NotUrgent), Label("l3", "found", LabelKind.Missed, 10),
            Label("l4", "false", LabelKind.Frustration, 11) with { Needed = false, Origin = LabelOrigin.Review }, Label("l5", "both", LabelKind.Confirmed, 12) with { RightTeam = "two" },
            Event("lost", EventKind.Resolved, 20), Event("removed", EventKind.Acknowledged, 10), Event("both", EventKind.Resolved, 25), Event("both", EventKind.Reopened, 40),
            Message("late", "nothing", 24 * 40),
        ];
        records.Sort(HistoryOrder.Instance);
        return records;
    }

    public static ReplayResult Run(IReadOnlyList<HistoryRecord> records, ReplayOptions? options = null, params Configuration[] arms)
    {
        if (arms.Length == 0) arms = [Alarm, Bell];
        string[] names = ["baseline", "candidate", "third"];
        return ReplayEngine.Run([.. arms.Select((c, i) => new ReplayArm(arms.Length == 1 ? "candidate" : names[i], c))], records, options ?? new ReplayOptions { Workers = 1 }, TestContext.Current.CancellationToken);
    }

    public static Message Message(string ticket, string text, int hour, string? customer = null) =>
        Some.Message(text, Some.Noon + Duration.FromHours(hour), ticket, customer ?? "of " + ticket, id: $"{ticket}@{hour}") with { Language = "en" };

    private static TicketEvent Event(string ticket, EventKind kind, int hour) => Some.Event(kind, Some.Noon + Duration.FromHours(hour), ticket) with { Id = $"{ticket}!{hour}" };

    public static Label Label(string id, string ticket, LabelKind kind, int hour, DismissalReason? reason = null) => new()
    {
        Id = id,
        At = Some.Noon + Duration.FromHours(hour),
        TicketId = new TicketId(ticket),
        Kind = kind,
        Reason = reason,
        Actor = new Actor("ann", ActorKind.Human, "one"),
        Origin = LabelOrigin.Agent,
    };

    private static Configuration Arm(string word, string team) => SomeRules.Of([SomeRules.Signal("never", "contacts.Last7d > 999", "repeat_contact", .5)],
        $$"""[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"{{team}}","priority":"high","slaHours":4,"calendar":"always"} } ]}]""",
        ("teams.json", """{"teams":{"one":{"name":"1"},"two":{"name":"2"},"general-escalation":{"name":"G"}}}"""),
        ("keywords.json", $$"""{"classes":{"{{word}}":{"trigger":"legal_or_compliance","confidence":0.9,"words":["{{word}}"]} } }"""));
}
