using System.Text;
using Escalation.Service;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>What channels delivered and could not be taken, as it is now, and mailboxes that cannot be read.</summary>
public sealed record DeliveriesModel
{
    private const int Shown = 50;
    private const int Recent = 20;
    private const int BodyShown = 4_000;

    public required IReadOnlyList<RejectedRecord> Waiting { get; init; }
    public required IReadOnlyList<RejectedRecord> Decided { get; init; }
    public required IReadOnlyList<(string Name, string Problem)> Mailboxes { get; init; }
    public required long All { get; init; }
    public required string Actor { get; init; }
    public required string? Said { get; init; }
    public required string? Problem { get; init; }
    public required Instant Now { get; init; }

    public static async Task<DeliveriesModel> LoadAsync(EscalationService service, string actor, string? said, string? problem, CancellationToken cancellation)
    {
        var rejected = service.Channels.Rejected;
        var taken = await rejected.ListAsync(new RejectedQuery { State = RejectedState.Taken, Limit = Recent }, cancellation);
        var discarded = await rejected.ListAsync(new RejectedQuery { State = RejectedState.Discarded, Limit = Recent }, cancellation);
        return new DeliveriesModel
        {
            Waiting = await rejected.ListAsync(new RejectedQuery { Limit = Shown }, cancellation),
            Decided = [.. taken.Concat(discarded).OrderByDescending(r => r.Decided!.At).Take(Recent)],
            Mailboxes = [.. service.Mailboxes.Where(m => m.Problem is not null).Select(m => (m.Name, m.Problem!))],
            All = await rejected.WaitingAsync(cancellation),
            Actor = actor,
            Said = said,
            Problem = problem,
            Now = service.Now,
        };
    }

    /// <summary>The beginning of a body, as text.</summary>
    public static string BodyOf(RejectedRecord record)
    {
        var text = Encoding.UTF8.GetString(record.Delivery.Body.AsSpan(0, Math.Min(record.Delivery.Body.Length, BodyShown)));
        return record.Bytes > BodyShown ? text + " ..." : text;
    }
}
