using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Service.Identity;
using Escalation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>That an address belongs to a customer; state: in_force, suggested, conflict or ended. HolderNow: who has the address instead.</summary>
public sealed record CustomerLinkView(string CustomerId, string Address, string Channel, string State, string Since, string? HolderNow, LinkDecisionView? Decided)
{
    /// <summary>The view of a link.</summary>
    public static CustomerLinkView Of(CustomerLink link, AuditEntry? by) => new(
        link.Customer.Value, link.Address.Value, Wire.Name(link.Channel), Wire.Name(link.State), Json.Time(link.Since)!, link.HolderNow?.Value, by is null ? null : LinkDecisionView.Of(by));
}

/// <summary>Who decided last on a link, and why.</summary>
public sealed record LinkDecisionView(string At, string Actor, string Reason)
{
    /// <summary>The view of a line of the trail.</summary>
    public static LinkDecisionView Of(AuditEntry entry)
    {
        using var content = JsonDocument.Parse(entry.Content);
        return new LinkDecisionView(Json.Time(entry.At)!, entry.Actor[(entry.Actor.IndexOf(':', StringComparison.Ordinal) + 1)..], content.RootElement.GetProperty("reason").GetString()!);
    }
}

/// <summary>One person under all ids.</summary>
public sealed record CustomerView(string Id, IReadOnlyList<string> Members, IReadOnlyList<CustomerLinkView> Links)
{
    /// <summary>The view of the person that an id is.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public static async Task<CustomerView> OfAsync(People people, CustomerId id, Instant now, CancellationToken cancellation)
    {
        var person = await people.FindAsync(id, now, cancellation);
        var links = new List<CustomerLinkView>();
        foreach (var link in person.Links) links.Add(CustomerLinkView.Of(link, await people.DecisionOnAsync(link, cancellation)));
        return new CustomerView(person.Id.Value, [.. person.Members.Select(m => m.Value)], links);
    }
}

/// <summary>Links of customers.</summary>
public sealed record CustomerLinkList(IReadOnlyList<CustomerLinkView> Items);

/// <summary>The body that says that an address belongs to a customer, or does not.</summary>
internal sealed record CustomerLinkBody(string CustomerId, string Address, bool Linked, string Actor, string Reason);

/// <summary>Customers who are one person across channels.</summary>
internal static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/customers/{id}", FindAsync).WithTags("Customers").WithSummary("The person that an id is: every id of theirs, and what was said of them");
        var links = routes.MapGroup("/api/v1/customer-links").WithTags("Customers");
        links.MapGet("", ListAsync).WithSummary("Links that wait for a person: suggestions and conflicts; latest=true: those of which something was said last").ProducesProblem(400)
            .WithIntegerParameter("limit", 1, PageAsked.MostItems, PageAsked.DefaultItems);
        links.MapPost("", LinkAsync).WithSummary("Says that an address belongs to a customer (linked: true), or does not (false); each takes the other back").Accepts<CustomerLinkBody>("application/json")
            .WithDescription("Counts from the next message on, whose facts are those of all ids together; a person's word stands over what a source says later. 409 where it contradicts what is in force, with the way out.")
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(415).ProducesProblem(503);
    }

    /// <remarks>ASP.NET leaves %2F in route values as it is, since a slash would start another segment.</remarks>
    private static async Task<Ok<CustomerView>> FindAsync(string id, EscalationService service, CancellationToken cancellation) =>
        TypedResults.Ok(await CustomerView.OfAsync(service.People, new CustomerId(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)), service.Now, cancellation));

    private static async Task<Results<Ok<CustomerLinkList>, ProblemHttpResult>> ListAsync(bool? latest, string? limit, EscalationService service, CancellationToken cancellation)
    {
        var (page, problem) = PageAsked.Read(limit, null);
        if (problem is not null) return problem;
        IReadOnlyList<CustomerLinkView> items = latest == true
            ? [.. (await service.People.LatestAsync(page.Limit, service.Now, cancellation)).Select(l => CustomerLinkView.Of(l.Link, l.By))]
            : [.. (await service.People.WaitingAsync(page.Limit, service.Now, cancellation)).Select(l => CustomerLinkView.Of(l, null))];
        return TypedResults.Ok(new CustomerLinkList(items));
    }

    private static async Task<Results<Ok<CustomerView>, ProblemHttpResult>> LinkAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (body, problem) = await BodyObject.ReadAsync(request, Read, cancellation);
        if (body is null) return Problems.Of(problem!);
        var refused = await service.LinkAsync(new LinkOrder(new CustomerId(body.CustomerId), new CustomerId(body.Address), body.Linked, body.Actor, body.Reason), cancellation);
        return refused is { } why ? Problems.Of(409, why.Message, "/" + why.Field) : TypedResults.Ok(await CustomerView.OfAsync(service.People, new CustomerId(body.CustomerId), service.Now, cancellation));
    }

    private static CustomerLinkBody Read(BodyObject body)
    {
        body.AllowOnly("customerId", "address", "linked", "actor", "reason");
        if (!body.Root.TryGetProperty("linked", out _)) throw new BodyException("/linked", "linked: is missing; say true or false");
        return new CustomerLinkBody(
            body.Required("customerId", "say whose it is"), body.Required("address", "say which id belongs to the customer"), body.Flag("linked"), body.Required("actor", "say who decides"), body.Required("reason", "say why, for the record"));
    }
}
