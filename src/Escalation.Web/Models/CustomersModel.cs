using Escalation.Service;
using Escalation.Service.Api;
using Escalation.Service.Identity;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>Who may be one person, and what was decided lately.</summary>
public sealed record CustomersModel
{
    private const int Shown = 100;
    private const int Recent = 30;

    public required IReadOnlyList<CustomerLink> Waiting { get; init; }
    public required IReadOnlyList<(CustomerLink Link, LinkDecisionView? By)> Latest { get; init; }
    public required string Actor { get; init; }
    public required string? Said { get; init; }
    public required string? Problem { get; init; }
    public required Instant Now { get; init; }

    public static async Task<CustomersModel> LoadAsync(EscalationService service, string actor, string? said, string? problem, CancellationToken cancellation)
    {
        var now = service.Now;
        return new CustomersModel
        {
            Waiting = await service.People.WaitingAsync(Shown, now, cancellation),
            Latest = [.. (await service.People.LatestAsync(Recent, now, cancellation)).Where(l => l.Link.State is LinkState.InForce or LinkState.Ended).Select(l => (l.Link, l.By is { } by ? LinkDecisionView.Of(by) : null))],
            Actor = actor,
            Said = said,
            Problem = problem,
            Now = now,
        };
    }
}
