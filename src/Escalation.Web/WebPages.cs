using System.Globalization;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Service.Identity;
using Escalation.Service.Intake;
using Escalation.Service.Notifications;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using Escalation.Web.Models;
using Escalation.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Escalation.Web;

/// <summary>The pages: the queue, a ticket, the review list, incidents, what channels could not take, who is one person, and the forms on them. Rendered here, without scripts.</summary>
public static class WebPages
{
    private const string NameCookie = "escalation-name";
    private const string Policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static readonly byte[] Style = ReadStyle();

    /// <summary>Adds what the pages need.</summary>
    public static void AddWebPages(this IServiceCollection services) => services.AddRazorComponents();

    /// <summary>Adds the pages.</summary>
    public static void MapWebPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/style.css", () => TypedResults.Bytes(Style, "text/css; charset=utf-8"));
        pages.MapGet("/", async (string? team, string? band, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            Page<QueuePage>(context, 200, ("Model", await QueueModel.LoadAsync(service, team, band, cancellation))));
        pages.MapGet("/tickets", (string? ticket) => string.IsNullOrWhiteSpace(ticket) ? new SeeOther("/") : new SeeOther(QueueModel.TicketPath(new TicketId(ticket.Trim()))));
        pages.MapGet("/tickets/{ticket}", async (string ticket, string? said, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            await TicketAsync(context, service, TicketOf(ticket), said == "1" ? "Noted. Thank you." : null, null, 200, cancellation));
        pages.MapPost("/tickets/{ticket}/labels", SayAsync).DisableAntiforgery();
        pages.MapPost("/tickets/{ticket}/actions", ActAsync).DisableAntiforgery();
        pages.MapPost("/tickets/{ticket}/mutes", MuteAsync).DisableAntiforgery();
        pages.MapPost("/tickets/{ticket}/mutes/{id}", UnmuteAsync).DisableAntiforgery();
        pages.MapGet("/reviews", (string? said, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            ReviewsAsync(context, service, said == "1" ? "Noted. Thank you." : null, null, 200, cancellation));
        pages.MapPost("/reviews/{id}", LookAsync).DisableAntiforgery();
        pages.MapGet("/audit", (string? said, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            AuditAsync(context, service, said == "1" ? "Noted. Thank you." : null, null, 200, cancellation));
        pages.MapPost("/audit", JudgeAsync).DisableAntiforgery();
        pages.MapGet("/incidents", async (EscalationService service, HttpContext context, CancellationToken cancellation) => Page<IncidentsPage>(context, 200, ("Model", await IncidentsModel.LoadAsync(service, cancellation))));
        pages.MapGet("/answer/{notification}/{action}/{expires}/{signature}", async (string notification, string action, string expires, string signature, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            Answer(context, service, await service.Answers.AskAsync(AnswerLink.Parse(notification, action, expires, signature), cancellation)));
        pages.MapPost("/answer/{notification}/{action}/{expires}/{signature}", AnswerAsync).DisableAntiforgery();
        pages.MapGet("/deliveries", (string? said, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            DeliveriesAsync(context, service, said == "1" ? "Noted. Thank you." : null, null, 200, cancellation));
        pages.MapPost("/deliveries/{id}", DecideAsync).DisableAntiforgery();
        pages.MapGet("/customers", (string? said, EscalationService service, HttpContext context, CancellationToken cancellation) =>
            CustomersAsync(context, service, said == "1" ? "Noted. Thank you." : null, null, 200, cancellation));
        pages.MapPost("/customers/links", LinkAsync).DisableAntiforgery();
    }

    private static async Task<IResult> AnswerAsync(string notification, string action, string expires, string signature, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var link = AnswerLink.Parse(notification, action, expires, signature);
        var question = await service.Answers.AskAsync(link, cancellation);
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellation) : FormCollection.Empty;
        var person = question.Person ?? form["person"].ToString().Trim();
        if (question.Standing == AnswerStanding.Open && person.Length == 0) return Answer(context, service, question, "Please give your name, so that others know who answered.", 400);
        try
        {
            var (after, problem) = await service.Answers.GiveAsync(link, new AnswerGiven(person, Said("team"), Said("reason"), Said("frustrated"), Said("note")), cancellation);
            return problem is null ? Answer(context, service, after, isDone: after.Standing == AnswerStanding.Open) : Answer(context, service, after, problem, 400);
        }
        catch (Exception refused) when (refused is StorageException or PipelineException)
        {
            return Answer(context, service, question, refused.Message, 503);
        }

        string? Said(string field) => form[field].ToString().Trim() is { Length: > 0 } value ? value : null;
    }

    private static RazorComponentResult<AnswerPage> Answer(HttpContext context, EscalationService service, AnswerQuestion question, string? problem = null, int? status = null, bool isDone = false) =>
        Page<AnswerPage>(context, status ?? (question.Standing switch { AnswerStanding.Open => 200, AnswerStanding.Unknown => 404, AnswerStanding.TooLate => 409, _ => 410 }),
            ("Question", question), ("Teams", service.Configuration.Rules.Teams.Teams), ("Problem", problem ?? ""), ("Done", isDone));

    private static async Task<IResult> JudgeAsync(HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var actor = form["actor"].ToString().Trim();
        if (actor.Length == 0) return await AuditAsync(context, service, null, "Please give your name, so that others know who judged.", 400, cancellation);
        KeepName(context, actor);
        bool? needed = bool.TryParse(form["needed"].ToString(), out var yes) ? yes : null;
        try
        {
            return await service.Audit.AnswerAsync(TicketOf(form["ticket"].ToString()), new BlindAnswer(actor, needed, Said("frustrated"), Said("rightTeam"), Said("note")), cancellation) is { } problem
                ? await AuditAsync(context, service, null, problem, 400, cancellation)
                : new SeeOther("/audit?said=1");
        }
        catch (Exception refused) when (refused is StorageException or PipelineException)
        {
            return await AuditAsync(context, service, null, refused.Message, 503, cancellation);
        }

        string? Said(string field) => form[field].ToString().Trim() is { Length: > 0 } value ? value : null;
    }

    private static async Task<IResult> AuditAsync(HttpContext context, EscalationService service, string? said, string? problem, int status, CancellationToken cancellation) =>
        Page<AuditPage>(context, status, ("Model", await AuditModel.LoadAsync(service, context.Request.Cookies[NameCookie] ?? "", said, problem, cancellation)));

    private static async Task<IResult> LookAsync(string id, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var (actor, finding) = (form["actor"].ToString().Trim(), form["finding"].ToString().Trim());
        if (actor.Length == 0 || finding.Length == 0) return await ReviewsAsync(context, service, null, "Please give your name and what you found.", 400, cancellation);
        KeepName(context, actor);
        try
        {
            int? failures = int.TryParse(form["failures"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null;
            return await service.LookAtReviewAsync(id, actor, finding, failures, cancellation)
                ? new SeeOther("/reviews?said=1")
                : await ReviewsAsync(context, service, null, "Somebody looked at it already, or the rule failed again on the ticket since; this is the list as it is now.", 409, cancellation);
        }
        catch (StorageException refused)
        {
            return await ReviewsAsync(context, service, null, refused.Message, 503, cancellation);
        }
    }

    private static async Task<IResult> DecideAsync(string id, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var (actor, reason) = (form["actor"].ToString().Trim(), form["reason"].ToString().Trim());
        if (actor.Length == 0 || reason.Length == 0) return await DeliveriesAsync(context, service, null, "Please give your name, and say why.", 400, cancellation);
        KeepName(context, actor);
        try
        {
            var (status, problem) = await SettleAsync(id, form["what"] == "retry", new RejectedDecision(service.Now, actor, reason), service, cancellation);
            return problem is null ? new SeeOther("/deliveries?said=1") : await DeliveriesAsync(context, service, null, problem, status, cancellation);
        }
        catch (Exception refused) when (refused is StorageException or PipelineException)
        {
            return await DeliveriesAsync(context, service, null, refused.Message, 503, cancellation);
        }
    }

    private static async Task<(int Status, string? Problem)> SettleAsync(string id, bool retry, RejectedDecision decision, EscalationService service, CancellationToken cancellation)
    {
        const string decided = "Somebody decided on it already; this is the list as it is now.";
        if (await service.Channels.Rejected.FindAsync(id, cancellation) is not { State: RejectedState.Waiting } record) return (409, decided);
        if (!retry) return await service.Channels.DecideAsync(id, RejectedState.Discarded, decision, cancellation) ? (200, null) : (409, decided);
        return await service.Channels.RetryAsync(record, decision, cancellation) switch
        {
            null => (409, $"The channel {record.Delivery.Channel} is no longer there; name it in channels.json again, or throw the delivery away."),
            { Problems: [var first, ..] } => (422, $"It cannot be taken yet: {first.Message}"),
            _ => (200, null),
        };
    }

    private static async Task<IResult> LinkAsync(HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var (actor, reason) = (form["actor"].ToString().Trim(), form["reason"].ToString().Trim());
        if (actor.Length == 0 || reason.Length == 0) return await CustomersAsync(context, service, null, "Please give your name, and say why.", 400, cancellation);
        KeepName(context, actor);
        try
        {
            var (customer, address, what) = (new CustomerId(form["customer"].ToString()), new CustomerId(form["address"].ToString()), form["what"].ToString());
            // Where the address has another holder, it is the two customers that become one.
            var order = what == "join" ? new LinkOrder(new CustomerId(form["holder"].ToString()), customer, true, actor, reason) : new LinkOrder(customer, address, what == "link", actor, reason);
            return await service.LinkAsync(order, cancellation) is { } refused ? await CustomersAsync(context, service, null, refused.Message + ".", 409, cancellation) : new SeeOther("/customers?said=1");
        }
        catch (Exception refused) when (refused is StorageException or PipelineException)
        {
            return await CustomersAsync(context, service, null, refused.Message, 503, cancellation);
        }
    }

    private static async Task<IResult> CustomersAsync(HttpContext context, EscalationService service, string? said, string? problem, int status, CancellationToken cancellation) =>
        Page<CustomersPage>(context, status, ("Model", await CustomersModel.LoadAsync(service, NameOf(context), said, problem, cancellation)));

    private static async Task<IResult> DeliveriesAsync(HttpContext context, EscalationService service, string? said, string? problem, int status, CancellationToken cancellation) =>
        Page<DeliveriesPage>(context, status, ("Model", await DeliveriesModel.LoadAsync(service, NameOf(context), said, problem, cancellation)));

    private static async Task<IResult> ReviewsAsync(HttpContext context, EscalationService service, string? said, string? problem, int status, CancellationToken cancellation) =>
        Page<ReviewsPage>(context, status, ("Model", await ReviewsModel.LoadAsync(service, NameOf(context), said, problem, cancellation)));

    private static async Task<IResult> SayAsync(string ticket, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var actor = form["actor"].ToString().Trim();
        var id = TicketOf(ticket);
        if (actor.Length == 0) return await TicketAsync(context, service, id, null, "Please give your name, so that others know who judged.", 400, cancellation);
        KeepName(context, actor);
        BodyContext about;
        if (form["episode"].ToString() is { Length: > 0 } episode)
        {
            if (await service.Episodes.FindAsync(new EpisodeId(episode), cancellation) is not { } record || record.Episode.TicketId != id)
                return await TicketAsync(context, service, id, null, "This escalation is not there any more.", 404, cancellation);
            about = EscalationLabels.ContextOf(record, record.LastDecision is { } last ? await service.Decisions.FindAsync(last, cancellation) : null, service.Now);
        }
        else
        {
            if ((await service.Messages.OfTicketAsync(id, cancellation)).Count == 0) return await TicketAsync(context, service, id, null, null, 404, cancellation);
            about = EscalationLabels.ContextOf(id, TicketModel.HighestOf(await service.Decisions.OfTicketAsync(id, cancellation)), service.Now);
        }
        var (item, problem) = IntakeBody.Parse(BodyOf(form, actor), RecordType.Label, null, about);
        if (problem is not null) return await TicketAsync(context, service, id, null, problem.Message, problem.Status, cancellation);
        try
        {
            await service.Pipeline.SubmitAsync(item!, cancellation);
        }
        catch (Exception refused) when (refused is StorageException or PipelineException)
        {
            return await TicketAsync(context, service, id, null, refused.Message, 503, cancellation);
        }
        return new SeeOther(QueueModel.TicketPath(id) + "?said=1");
    }

    private static async Task<IResult> ActAsync(string ticket, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var (actor, id) = (form["actor"].ToString().Trim(), TicketOf(ticket));
        if (actor.Length == 0) return await TicketAsync(context, service, id, null, "Please give your name, so that others know who acted.", 400, cancellation);
        KeepName(context, actor);
        if (!Wire.TryParse<EventKind>(form["kind"].ToString(), out var kind)) return await TicketAsync(context, service, id, null, "Choose what to do with it.", 400, cancellation);
        var episode = new EpisodeId(form["episode"].ToString());
        if (await service.Episodes.FindAsync(episode, cancellation) is not { } record || record.Episode.TicketId != id)
            return await TicketAsync(context, service, id, null, "This escalation is not there any more.", 404, cancellation);
        try
        {
            var acted = await service.Desk.ActAsync(kind, episode, ActionOf(form, actor, kind, service), null, form["version"].ToString(), cancellation);
            return acted.Problem is { } problem
                ? await TicketAsync(context, service, id, null, problem.Message, problem.Status, cancellation)
                : new SeeOther(QueueModel.TicketPath(acted.Record!.Episode.TicketId) + "?said=1");
        }
        catch (Exception refused) when (refused is StorageException or PipelineException)
        {
            return await TicketAsync(context, service, id, null, refused.Message, 503, cancellation);
        }
    }

    private static async Task<IResult> MuteAsync(string ticket, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var (id, now, actor) = (TicketOf(ticket), service.Now, form["actor"].ToString().Trim());
        if (actor.Length > 0) KeepName(context, actor);
        if (form["subject"].ToString().Split(':', 2) is not [var kind, var subject] || !Wire.TryParse<MuteKind>(kind, out var parsed))
            return await TicketAsync(context, service, id, null, "Choose of what nobody is told.", 400, cancellation);
        if (!int.TryParse(form["days"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var days))
            return await TicketAsync(context, service, id, null, "Say for how many days.", 400, cancellation);
        var (_, refused) = await service.Mutes.StartAsync(new MuteOrder(parsed, subject, now + NodaTime.Duration.FromDays(Math.Min(days, 10_000)), form["reason"].ToString(), actor), now, cancellation);
        return refused is { } problem
            ? await TicketAsync(context, service, id, null, $"{Words.Capital(problem.Field)} {problem.Message}.", 400, cancellation)
            : new SeeOther(QueueModel.TicketPath(id) + "?said=1");
    }

    private static async Task<IResult> UnmuteAsync(string ticket, string id, HttpContext context, EscalationService service, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var (actor, reason) = (form["actor"].ToString().Trim(), form["reason"].ToString().Trim());
        if (actor.Length == 0 || reason.Length == 0) return await TicketAsync(context, service, TicketOf(ticket), null, "Please give your name, and why people are told again.", 400, cancellation);
        KeepName(context, actor);
        return await service.Mutes.EndAsync(id, actor, reason, service.Now, cancellation) is null
            ? await TicketAsync(context, service, TicketOf(ticket), null, "That mute is over already.", 409, cancellation)
            : new SeeOther(QueueModel.TicketPath(TicketOf(ticket)) + "?said=1");
    }

    private static byte[] ActionOf(IFormCollection form, string actor, EventKind kind, EscalationService service)
    {
        var action = new Dictionary<string, object> { ["actor"] = new { id = actor, kind = "human" } };
        if (kind == EventKind.Assigned && form["team"].ToString() is { Length: > 0 } team) action["team"] = team;
        if (kind == EventKind.Snoozed && double.TryParse(form["hours"].ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours is > 0 and < 24 * 365)
            action["until"] = Json.Time(service.Now + NodaTime.Duration.FromHours(hours))!;
        if (kind == EventKind.Merged && form["toTicket"].ToString().Trim() is { Length: > 0 } into) action["toTicket"] = into;
        return JsonSerializer.SerializeToUtf8Bytes(action);
    }

    private static void KeepName(HttpContext context, string name)
    {
        context.Items[NameCookie] = name;
        context.Response.Cookies.Append(NameCookie, name, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromDays(90), IsEssential = true });
    }

    /// <remarks>A page that answers a form which could not be followed shows the name that was given there.</remarks>
    private static string NameOf(HttpContext context) => context.Items[NameCookie] as string ?? context.Request.Cookies[NameCookie] ?? "";

    private static byte[] BodyOf(IFormCollection form, string actor)
    {
        var kind = form["kind"].ToString();
        var label = new Dictionary<string, object> { ["kind"] = kind, ["actor"] = new { id = actor, kind = "human" } };
        foreach (var name in new[] { "frustrated", "rightTeam", "note", "undoes" })
            if (form[name].ToString() is { Length: > 0 } value) label[name] = value;
        if (kind == "dismissed") label["reason"] = form["reason"].ToString();
        return JsonSerializer.SerializeToUtf8Bytes(label);
    }

    private static async Task<IResult> TicketAsync(HttpContext context, EscalationService service, TicketId ticket, string? said, string? problem, int status, CancellationToken cancellation)
    {
        var actor = NameOf(context);
        return await TicketModel.LoadAsync(service, ticket, actor, said, problem, cancellation) is { } model
            ? Page<TicketPage>(context, status, ("Model", model))
            : Page<MessagePage>(context, 404, ("Title", "No such ticket"), ("Text", $"Nothing was recorded for {ticket.Value}."));
    }

    private static RazorComponentResult<T> Page<T>(HttpContext context, int status, params (string Name, object Value)[] parameters) where T : IComponent
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        return new RazorComponentResult<T>(parameters.ToDictionary(p => p.Name, p => (object?)p.Value)) { StatusCode = status };
    }

    private static TicketId TicketOf(string routeValue) => new(routeValue.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    private static byte[] ReadStyle()
    {
        using var stream = typeof(WebPages).Assembly.GetManifestResourceStream("style.css")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
