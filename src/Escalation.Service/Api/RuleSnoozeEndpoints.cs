using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Intake;
using Escalation.Service.Versions;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>The body of a new snooze; for the description of the API.</summary>
internal sealed record SnoozeBody(string Rule, string? CustomerId, string? Product, string Until, string Reason, string Actor, bool? MustEscalate);

/// <summary>The body of an early end.</summary>
internal sealed record SnoozeEndBody(string Reason, string Actor);

/// <summary>A snooze or quarantine as answers show it.</summary>
/// <remarks>Ended: who ended it before its time; null = nobody.</remarks>
public sealed record RuleExceptionView(
    string Id, string Kind, string Rule, string? CustomerId, string? Product, string From, string? Until, string Reason, string Actor, bool InForce, RuleExceptionEndView? Ended)
{
    /// <summary>The view as of an instant.</summary>
    public static RuleExceptionView Of(RecordedException recorded, Instant now)
    {
        var e = recorded.Exception;
        return new RuleExceptionView(e.Id, Wire.Name(e.Kind), e.Rule, e.Customer?.Value, e.Product, Json.Time(e.From)!, Json.Time(e.Until), e.Reason, e.Actor, e.IsInForceAt(now),
            recorded.Ended is { } end ? new RuleExceptionEndView(Json.Time(end.At)!, end.Actor, end.Reason) : null);
    }
}

/// <summary>An early end as answers show it.</summary>
public sealed record RuleExceptionEndView(string At, string Actor, string Reason);

/// <summary>A list of snoozes and quarantines.</summary>
public sealed record RuleExceptionList(IReadOnlyList<RuleExceptionView> Items);

/// <summary>Snoozes of one rule for one customer or product.</summary>
internal static class RuleSnoozeEndpoints
{
    private static readonly string[] StartFields = ["rule", "customerId", "product", "until", "reason", "actor", "mustEscalate"], EndFields = ["reason", "actor"];

    public static void MapRuleSnoozes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/rules/snoozes").WithTags("Rules");
        group.MapGet("", ListAsync).WithSummary("Snoozes and quarantines of rules; all=true shows those that are over too");
        group.MapPost("", StartAsync).WithSummary("Snoozes one rule for one customer or one product until an instant")
            .WithDescription("It holds from the next message on. A rule that must escalate is refused unless mustEscalate is true.")
            .Accepts<SnoozeBody>("application/json").ProducesProblem(400).ProducesProblem(415);
        group.MapPost("/{id}/end", EndAsync).WithSummary("Ends a snooze or a quarantine before its time").Accepts<SnoozeEndBody>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(415);
    }

    private static async Task<Ok<RuleExceptionList>> ListAsync(bool? all, EscalationService service, CancellationToken cancellation)
    {
        var now = service.Now;
        return TypedResults.Ok(new RuleExceptionList([.. (await service.Snoozes.AllAsync(cancellation)).Where(e => all == true || e.Exception.IsInForceAt(now)).Select(e => RuleExceptionView.Of(e, now))]));
    }

    private static async Task<Results<Created<RuleExceptionView>, ProblemHttpResult>> StartAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (fields, refused) = await ReadAsync(request, StartFields, cancellation);
        if (fields is null) return Problems.Of(refused!);
        var (until, badTime) = TimeOf(fields);
        if (until is not { } end) return Problems.Of(badTime!);
        var order = new SnoozeOrder(fields.GetValueOrDefault("rule") ?? "", fields.GetValueOrDefault("customerId"), fields.GetValueOrDefault("product"), end, fields.GetValueOrDefault("reason") ?? "",
            fields.GetValueOrDefault("actor") ?? "", fields.GetValueOrDefault("mustEscalate") == "true");
        var (snooze, problem) = await service.Snoozes.StartAsync(order, service.Rules, service.Options.Time, cancellation);
        if (snooze is null) return Problems.Of(400, $"{(problem!.Field == "customer" ? "customerId" : problem.Field)}: {problem.Message}", "/" + (problem.Field == "customer" ? "customerId" : problem.Field));
        return TypedResults.Created($"/api/v1/rules/snoozes/{snooze.Id}", RuleExceptionView.Of(new RecordedException(snooze, null), snooze.From));
    }

    private static async Task<Results<Ok<RuleExceptionEndView>, ProblemHttpResult>> EndAsync(string id, HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (fields, refused) = await ReadAsync(request, EndFields, cancellation);
        if (fields is null) return Problems.Of(refused!);
        foreach (var name in EndFields)
            if (string.IsNullOrWhiteSpace(fields.GetValueOrDefault(name))) return Problems.Of(400, $"{name}: is missing; say {(name == "actor" ? "who" : "why")}", "/" + name);
        return await service.Snoozes.EndAsync(id, fields["actor"]!, fields["reason"]!, service.Options.Time, cancellation) is { } end
            ? TypedResults.Ok(new RuleExceptionEndView(Json.Time(end.At)!, end.Actor, end.Reason))
            : Problems.Of(404, $"there is no snooze or quarantine {id} in force; GET /api/v1/rules/snoozes lists them");
    }

    private static (Instant? Until, BodyProblem? Problem) TimeOf(Dictionary<string, string?> fields)
    {
        if (fields.GetValueOrDefault("until") is not { } text) return (null, new BodyProblem(400, "/until", "until: is missing; say until when, for example 2026-03-02T12:00:00Z"));
        return WireTime.Read(System.Text.Encoding.UTF8.GetBytes(text), null, out var instant, out _) == TimeReading.Done
            ? (instant, null)
            : (null, new BodyProblem(400, "/until", $"until: \"{text}\" is no time with an offset; write for example 2026-03-02T12:00:00Z"));
    }

    /// <summary>The fields of a flat object as texts; a field that is not known is a problem.</summary>
    private static async Task<(Dictionary<string, string?>? Fields, BodyProblem? Problem)> ReadAsync(HttpRequest request, string[] known, CancellationToken cancellation)
    {
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return (null, unread);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return (null, new BodyProblem(400, "", $"the body is no JSON object; send {string.Join(", ", known)}"));
            var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(member.Name)) return (null, new BodyProblem(400, "/" + member.Name, $"{member.Name}: is not known; send {string.Join(", ", known)}"));
                var isFlag = member.Name == "mustEscalate";
                if (member.Value.ValueKind is JsonValueKind.Null) continue;
                if (isFlag ? member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) : member.Value.ValueKind != JsonValueKind.String)
                    return (null, new BodyProblem(400, "/" + member.Name, $"{member.Name}: must be {(isFlag ? "true or false" : "a text")}"));
                fields[member.Name] = isFlag ? (member.Value.GetBoolean() ? "true" : "false") : member.Value.GetString();
            }
            return (fields, null);
        }
        catch (JsonException broken)
        {
            return (null, new BodyProblem(400, "", $"the body is no JSON: {broken.Message}"));
        }
    }
}
