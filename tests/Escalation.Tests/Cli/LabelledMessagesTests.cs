using Escalation.Cli;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Escalation.Tests.Storage;
using Escalation.Trainer.Data;
using NodaTime;

namespace Escalation.Tests.Cli;

public sealed class LabelledMessagesTests
{
    private int labels;

    [Fact]
    public async Task Only_answers_whether_the_customer_was_frustrated_count()
    {
        var rows = await RowsAsync(
            [Some.Message("my solicitor writes to you on Monday", ticket: "t1", id: "m1"), Some.Message("nobody ever answers me", ticket: "t2", id: "m2"), Some.Message("thanks", ticket: "t3", id: "m3")],
            [
                Label(LabelKind.Confirmed, "t1", "m1") with { Needed = true },                                                    // needed, and nothing said of the feeling
                Label(LabelKind.Confirmed, "t2", "m2") with { Needed = false, Frustrated = FrustratedAnswer.Yes },
                Label(LabelKind.Dismissed, "t3", "m3") with { Needed = false, Frustrated = FrustratedAnswer.No },
            ]);
        Assert.Equal([("m2", true), ("m3", false)], rows.Rows.Select(r => (r.Id, r.Positive)).Order());
    }

    [Fact]
    public async Task A_calm_legal_threat_that_was_confirmed_is_no_positive()
    {
        var rows = await RowsAsync(
            [Some.Message("my solicitor writes to you on Monday", ticket: "t1", id: "m1")],
            [Label(LabelKind.Confirmed, "t1", "m1") with { Needed = true, Frustrated = FrustratedAnswer.No }]);
        Assert.False(Assert.Single(rows.Rows).Positive);
    }

    [Fact]
    public async Task Cannot_tell_and_what_was_taken_back_are_left_out_and_the_last_answer_wins()
    {
        var taken = Label(LabelKind.Frustration, "t2", "m2") with { Frustrated = FrustratedAnswer.Yes };
        var rows = await RowsAsync(
            [Some.Message("one", ticket: "t1", id: "m1"), Some.Message("two", ticket: "t2", id: "m2"), Some.Message("three", ticket: "t3", id: "m3")],
            [
                Label(LabelKind.Frustration, "t1", "m1") with { Frustrated = FrustratedAnswer.CantTell },
                taken,
                Label(LabelKind.Undone, "t2", "m2") with { Undoes = taken.Id },
                Label(LabelKind.Frustration, "t3", "m3") with { Frustrated = FrustratedAnswer.Yes },
                Label(LabelKind.Frustration, "t3", "m3") with { Frustrated = FrustratedAnswer.No },
            ]);
        Assert.Equal([("m3", false)], rows.Rows.Select(r => (r.Id, r.Positive)));
    }

    [Fact]
    public async Task A_label_of_a_ticket_means_its_last_customer_message_and_a_drawn_one_stands_for_others()
    {
        var rows = await RowsAsync(
            [Some.Message("first", ticket: "t1", id: "m1"), Some.Message("second", Some.Noon + Duration.FromMinutes(5), "t1", id: "m2")],
            [Label(LabelKind.Missed, "t1", null) with { Frustrated = FrustratedAnswer.Yes, Origin = LabelOrigin.Audit, Audit = new AuditDraw("weekly", "quiet", .25) }]);
        var row = Assert.Single(rows.Rows);
        Assert.Equal(("m2", 4f), (row.Id, row.Weight));
    }

    private static async Task<TrainingRows> RowsAsync(Message[] messages, Label[] said)
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(async t =>
        {
            foreach (var message in messages) await MessageStore.AddAsync(t, message, message.Id, imported: false, TestContext.Current.CancellationToken);
            foreach (var label in said) await LabelStore.AddAsync(t, label, label.Id, TestContext.Current.CancellationToken);
        });
        return await LabelledMessages.Of(temporary.Database.Place, "frustration").ReadAsync(TestContext.Current.CancellationToken);
    }

    private Label Label(LabelKind kind, string ticket, string? message)
    {
        labels++;
        return new Label
        {
            Id = $"l{labels}",
            At = Some.Noon + Duration.FromHours(1) + Duration.FromMinutes(labels),
            TicketId = new TicketId(ticket),
            MessageId = message is null ? null : new MessageId(message),
            Kind = kind,
            Actor = new Actor("ann", ActorKind.Human),
            Origin = LabelOrigin.Agent,
        };
    }
}
