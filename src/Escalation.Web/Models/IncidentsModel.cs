using Escalation.Service;
using Escalation.Service.FollowUp;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>Incidents as they stand now: those with an open escalation, and the latest that have ended.</summary>
public sealed record IncidentsModel
{
    private const int Shown = 100, Recent = 20;

    public required IReadOnlyList<Incident> Open { get; init; }
    public required IReadOnlyList<Incident> Ended { get; init; }
    public required Instant Now { get; init; }

    public static async Task<IncidentsModel> LoadAsync(EscalationService service, CancellationToken cancellation) => new()
    {
        Open = await service.Incidents.ListAsync(Shown, null, true, service.Now, cancellation),
        Ended = await service.Incidents.ListAsync(Recent, null, false, service.Now, cancellation),
        Now = service.Now,
    };
}
