using Escalation.Core.Episodes;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>What one arm holds of a ticket.</summary>
/// <param name="Episodes">Its episodes by opening.</param>
/// <param name="Memory">What its book knows; <see cref="EpisodeMemory.Latest"/> is one of <paramref name="Episodes"/>. Null where that is nothing.</param>
internal sealed record ArmCase(IReadOnlyList<OpenedEpisode> Episodes, EpisodeMemory? Memory);

/// <summary>All that a replay holds of a ticket which was never part of a merge.</summary>
/// <param name="Id">The ticket.</param>
/// <param name="Entry">Its entry in the ledger.</param>
/// <param name="Labels">Its labels in the order of history.</param>
/// <param name="Live">Its recorded episodes by opening.</param>
/// <param name="Arms">What each arm holds of it.</param>
internal sealed record TicketCase(TicketId Id, LedgerEntry Entry, IReadOnlyList<Label> Labels, IReadOnlyList<Episode> Live, IReadOnlyList<ArmCase> Arms);
