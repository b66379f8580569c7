using Escalation.Service;
using Escalation.Service.Api;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>The review list as it is now: tickets that nobody may forget because a rule failed, and the rules that fail.</summary>
public sealed record ReviewsModel
{
    private const int Shown = 100;
    private const int Recent = 20;

    public required IReadOnlyList<ReviewRecord> Waiting { get; init; }
    public required IReadOnlyList<ReviewRecord> Looked { get; init; }
    public required IReadOnlyList<QuarantineView> Quarantined { get; init; }
    public required long All { get; init; }
    public required string Actor { get; init; }
    public required string? Said { get; init; }
    public required string? Problem { get; init; }
    public required Instant Now { get; init; }

    public static async Task<ReviewsModel> LoadAsync(EscalationService service, string actor, string? said, string? problem, CancellationToken cancellation) => new()
    {
        Waiting = await service.Reviews.ListAsync(new ReviewQuery { Waiting = true, Limit = Shown }, cancellation),
        Looked = await service.Reviews.ListAsync(new ReviewQuery { Waiting = false, Limit = Recent }, cancellation),
        Quarantined = await QuarantineView.OfAsync(service, cancellation),
        All = await service.Reviews.WaitingAsync(cancellation),
        Actor = actor,
        Said = said,
        Problem = problem,
        Now = service.Now,
    };
}
