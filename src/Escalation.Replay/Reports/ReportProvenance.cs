using NodaTime;

namespace Escalation.Replay.Reports;

/// <summary>What a report was made from, when and how long it took; no part of its hash.</summary>
/// <param name="Files">The history.</param>
/// <param name="From">Start of the window, or null.</param>
/// <param name="To">End of the window, or null.</param>
/// <param name="GeneratedAt">When.</param>
/// <param name="Elapsed">How long the replay ran.</param>
/// <param name="Workers">Threads.</param>
public sealed record ReportProvenance(IReadOnlyList<string> Files, Instant? From, Instant? To, Instant GeneratedAt, Duration Elapsed, int Workers);
