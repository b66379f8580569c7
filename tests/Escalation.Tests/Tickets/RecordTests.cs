using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Tickets;

public sealed class RecordTests
{
    [Fact]
    public void Written_names_are_snake_case_and_come_back()
    {
        Assert.Equal("immediate_escalation", Wire.Name(Band.ImmediateEscalation));
        Assert.Equal(["none", "monitor", "priority_escalation", "immediate_escalation"], Wire.All<Band>());
        Assert.True(Wire.TryParse<LabelKind>("team_corrected", out var kind) && kind == LabelKind.TeamCorrected);
        Assert.False(Wire.TryParse<Channel>("Email", out _));
    }

    [Fact]
    public void History_is_ordered_by_received_then_at_then_source_then_id()
    {
        var late = Some.Message(at: Some.Noon, receivedAt: Some.Noon + Duration.FromHours(2), id: "a");
        var early = Some.Message(at: Some.Noon + Duration.FromHours(1), id: "b");
        var twin = Some.Message(at: Some.Noon + Duration.FromHours(1), id: "B");
        Assert.Equal([twin, early, late], new[] { late, early, twin }.Order(HistoryOrder.Instance));
    }

    [Theory,
     InlineData(LabelKind.Confirmed, null, true), InlineData(LabelKind.Missed, null, true), InlineData(LabelKind.Dismissed, DismissalReason.NotUrgent, false),
     InlineData(LabelKind.Dismissed, DismissalReason.NotFrustrated, false), InlineData(LabelKind.Dismissed, DismissalReason.WrongPerson, false),
     InlineData(LabelKind.Dismissed, DismissalReason.Duplicate, null), InlineData(LabelKind.Dismissed, DismissalReason.AlreadyHandled, null),
     InlineData(LabelKind.Dismissed, DismissalReason.Other, null), InlineData(LabelKind.TeamCorrected, null, null)]
    public void Needed_follows_from_kind_and_reason_where_it_was_not_said(LabelKind kind, DismissalReason? reason, bool? expected)
    {
        var label = new Label { Id = "l", At = Some.Noon, TicketId = new TicketId("t"), Kind = kind, Reason = reason, Actor = new Actor("a", ActorKind.Human), Origin = LabelOrigin.Agent };
        Assert.Equal(expected, label.EffectiveNeeded);
        Assert.Equal(false, (label with { Needed = false }).EffectiveNeeded);
    }
}
