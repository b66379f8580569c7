using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>How the service is. Quarantined rules, waiting reviews, rejected deliveries, notices that this version does not know, silent channels and a model that does not know this site do not keep it from taking messages.</summary>
public sealed record HealthView(
    string Status, string? Problem, int Waiting, string? LastReceivedAt, double? DecisionP99Ms, string Configuration, IReadOnlyList<string> QuarantinedRules, long? ReviewsWaiting, long? RejectedDeliveriesWaiting, IReadOnlyList<UnknownNotices> UnknownNotices, bool? ModelWeakUntilRetrained, IReadOnlyList<SilentChannelView> SilentChannels);

/// <summary>A source from which nothing comes any more; usual: messages of customers that are usual in this time.</summary>
public sealed record SilentChannelView(string Source, string Since, double Usual);

/// <summary>For supervisors: whether the process lives, and whether it can take messages.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { status = "alive" })).WithTags("Health").WithSummary("The process lives");
        routes.MapGet("/health/ready", ReadyAsync).WithTags("Health").WithSummary("It takes messages; 503 with the reason where it cannot").Produces<HealthView>(503);
    }

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> ReadyAsync(EscalationService service, CancellationToken cancellation)
    {
        await service.Pipeline.ProbeAsync(cancellation);
        var problem = service.Pipeline.Trouble;
        long? reviews = null, rejected = null;
        bool? weak = null;
        IReadOnlyList<QuarantineView> quarantined = [];
        try
        {
            await service.Messages.SummaryAsync(cancellation);
            reviews = await service.Reviews.WaitingAsync(cancellation);
            rejected = await service.Channels.Rejected.WaitingAsync(cancellation);
            quarantined = await QuarantineView.OfAsync(service, cancellation);
            weak = (await service.FamiliarityAsync(cancellation))?.IsWeak;
        }
        catch (StorageException broken)
        {
            problem ??= broken.Message;
        }
        var view = new HealthView(problem is null ? "ready" : "not_ready", problem, service.Pipeline.Waiting, Json.Time(service.Pipeline.LastReceived),
            service.Pipeline.Meter.Quantile(.99), service.Configuration.At(service.Now).Id.Value,
            [.. quarantined.Select(q => q.Rule)], reviews, rejected, service.Sender?.Unknown ?? [], weak,
            [.. service.SilenceWatch.Standing.Select(s => new SilentChannelView(s.Source, Json.Time(s.Since)!, Math.Round(s.Usual, 1)))]);
        return problem is null ? TypedResults.Ok(view) : TypedResults.Json(view, statusCode: 503);
    }
}
