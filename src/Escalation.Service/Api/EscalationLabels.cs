using Escalation.Core.Tickets;
using Escalation.Service.Intake;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>Labels that are given on an escalation or a ticket, by the API or a page.</summary>
public static class EscalationLabels
{
    /// <summary>What a label on a ticket that was not escalated says by itself.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="decision">The decision that the person saw; null = none.</param>
    /// <param name="now">Now.</param>
    public static BodyContext ContextOf(TicketId ticket, DecisionRecord? decision, Instant now) =>
        new($"tickets/{ticket.Value}/labels", new Dictionary<string, object> { ["ticketId"] = ticket.Value }, DefaultsOf(decision, now));

    /// <summary>What a label on an escalation says by itself: which one, when, and what the person saw.</summary>
    public static BodyContext ContextOf(EpisodeRecord record, DecisionRecord? decision, Instant now)
    {
        var episode = record.Episode;
        return new BodyContext($"escalations/{episode.Id.Value}/labels", new Dictionary<string, object> { ["ticketId"] = episode.TicketId.Value, ["episodeId"] = episode.Id.Value }, DefaultsOf(decision, now));
    }

    private static Dictionary<string, object> DefaultsOf(DecisionRecord? decision, Instant now)
    {
        var defaults = new Dictionary<string, object> { ["at"] = Json.Time(now)!, ["origin"] = "agent" };
        if (decision is not null)
        {
            defaults["decisionId"] = decision.Id;
            defaults["shown"] = new { score = decision.Decision.Recommendation.Score, band = Wire.Name(decision.Decision.Recommendation.Band), configuration = decision.Decision.Configuration.Value };
        }
        return defaults;
    }
}
