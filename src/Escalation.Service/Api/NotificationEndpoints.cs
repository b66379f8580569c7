using Escalation.Core.Tickets;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A notification as answers show it. Detail: what the server said last, or why it was stopped.</summary>
public sealed record NotificationView(
    string Id, string Kind, string Subject, string? Team, string Channel, string Recipient, string Status, int Attempts, string CreatedAt, string? NextAt, string? EndedAt, string? Detail,
    IReadOnlyList<NotificationAttemptView>? Log)
{
    /// <summary>The view of a notification.</summary>
    /// <param name="record">The notification.</param>
    /// <param name="log">Its tries; null where they are not shown.</param>
    public static NotificationView From(NotificationRecord record, IReadOnlyList<NotificationAttempt>? log = null) => new(
        record.Id, record.Kind, record.Subject, record.Team, record.Channel, record.Recipient, Wire.Name(record.Status), record.Attempts, Json.Time(record.CreatedAt)!, Json.Time(record.NextAt),
        Json.Time(record.EndedAt), record.Detail, log is null ? null : [.. log.Select(a => new NotificationAttemptView(a.Number, Json.Time(a.At)!, (long)a.Duration.TotalMilliseconds, a.Result, a.Detail))]);
}

/// <summary>One try to send a notification.</summary>
public sealed record NotificationAttemptView(int Number, string At, long DurationMs, string Result, string Detail);

/// <summary>A page of notifications, newest first; next goes into cursor, null after the last page.</summary>
public sealed record NotificationPage(IReadOnlyList<NotificationView> Items, string? Next);

/// <summary>The body that has a notification sent again; it may be left out.</summary>
/// <param name="Actor">Who wants it, for the record.</param>
internal sealed record NotificationRetryBody(string? Actor);

/// <summary>The delivery log, and dead letters to be sent again.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/notifications").WithTags("Notifications");
        group.MapGet("", ListAsync).WithSummary("Notifications, newest first: who was told of what, and how that went").ProducesProblem(400)
            .WithIntegerParameter("limit", 1, PageAsked.MostItems, PageAsked.DefaultItems);
        group.MapGet("/{id}", FindAsync).WithSummary("One notification with the log of its tries").ProducesProblem(404);
        group.MapPost("/{id}/retry", RetryAsync).WithSummary("Sends a dead notification again").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<Results<Ok<NotificationPage>, ProblemHttpResult>> ListAsync(string? status, string? limit, string? cursor, EscalationService service, CancellationToken cancellation)
    {
        NotificationStatus? wanted = null;
        if (!string.IsNullOrEmpty(status))
        {
            if (!Wire.TryParse<NotificationStatus>(status, out var parsed)) return Problems.Of(400, $"status: \"{status}\" is none of {string.Join(", ", Wire.All<NotificationStatus>())}", "/status");
            wanted = parsed;
        }
        var (page, problem) = PageAsked.Read(limit, cursor);
        if (problem is not null) return problem;
        var records = await service.Notifications.ListAsync(new NotificationQuery { Status = wanted, Limit = page.Limit, After = page.After }, cancellation);
        return TypedResults.Ok(new NotificationPage([.. records.Select(r => NotificationView.From(r))], page.Next(records, r => (r.CreatedAt, r.Id))));
    }

    private static async Task<Results<Ok<NotificationView>, ProblemHttpResult>> FindAsync(string id, EscalationService service, CancellationToken cancellation) =>
        await service.Notifications.FindAsync(id, cancellation) is { } record
            ? TypedResults.Ok(NotificationView.From(record, await service.Notifications.AttemptsAsync(id, cancellation)))
            : NotFound(id);

    private static async Task<Results<Ok<NotificationView>, ProblemHttpResult>> RetryAsync(string id, NotificationRetryBody? body, EscalationService service, CancellationToken cancellation)
    {
        bool again;
        await using (var transaction = await service.Database.BeginAsync(cancellation))
        {
            again = await NotificationStore.RetryAsync(transaction, id, body?.Actor, service.Now, cancellation);
            if (again) await transaction.CommitAsync(cancellation);
        }
        if (await service.Notifications.FindAsync(id, cancellation) is not { } record) return NotFound(id);
        if (!again) return Problems.Of(409, $"{id} is {Wire.Name(record.Status)}; only a dead notification is sent again");
        service.Sender?.Wake();
        return TypedResults.Ok(NotificationView.From(record));
    }

    private static ProblemHttpResult NotFound(string id) => Problems.Of(404, $"there is no notification {id}; GET /api/v1/notifications lists them");
}
