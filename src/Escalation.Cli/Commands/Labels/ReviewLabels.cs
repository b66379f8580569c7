using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Trainer.Labels;
using NodaTime;

namespace Escalation.Cli.Commands.Labels;

/// <summary>Answers of a review as labels with their provenance: who, when, why asked, how drawn; blind, since nothing was shown.</summary>
internal static class ReviewLabels
{
    /// <summary>The label of an answer; the same person's same answer for the same reason has the same id, so that a file handed in twice counts once.</summary>
    public static Label Of(ReviewAnswer answer, TicketId ticket, string by, Instant now)
    {
        var identity = string.Join('\n', answer.MessageId, by, Wire.Name(answer.Reason), answer.Draw?.Design, answer.Frustrated, answer.Needed);
        return new Label
        {
            Id = $"review-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16]}",
            At = now,
            TicketId = ticket,
            MessageId = new MessageId(answer.MessageId),
            Kind = LabelKind.Frustration,
            Frustrated = answer.Frustrated,
            Needed = answer.Needed,
            Note = answer.Note,
            Actor = new Actor(by, ActorKind.Human),
            Origin = answer.Reason == ReviewReason.Audit ? LabelOrigin.Audit : LabelOrigin.Review,
            Audit = answer.Draw,
        };
    }
}
