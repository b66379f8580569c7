using Escalation.Core.Tickets;
using Escalation.Service.Intake;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>Labels that are given on an escalation, by the API or a page.</summary>
public static class EscalationLabels
{
    /// <summary>What a label on an escalation says by itself: which one, when, and what the person saw.</summary>
    public static BodyContext ContextOf(EpisodeRecord record, DecisionRecord? decision, Instant now)
    {
        var episode = record.Episode;
        var defaults = new Dictionary<string, object> { ["at"] = Json.Time(now)!, ["origin"] = "agent" };
        if (decision is not null)
        {
            defaults["decisionId"] = decision.Id;
            defaults["shown"] = new { score = decision.Decision.Recommendation.Score, band = Wire.Name(decision.Decision.Recommendation.Band), configuration = decision.Decision.Configuration.Value };
        }
        return new BodyContext($"escalations/{episode.Id.Value}/labels", new Dictionary<string, object> { ["ticketId"] = episode.TicketId.Value, ["episodeId"] = episode.Id.Value }, defaults);
    }
}
