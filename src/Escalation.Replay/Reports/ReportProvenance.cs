using System.Security.Cryptography;
using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Inference;
using Escalation.Rules;
using NodaTime;

namespace Escalation.Replay.Reports;

/// <summary>What a report was made from, when and how long it took; no part of its hash.</summary>
/// <param name="Files">The history.</param>
/// <param name="From">Start of the window, or null.</param>
/// <param name="To">End of the window, or null.</param>
/// <param name="GeneratedAt">When.</param>
/// <param name="Elapsed">How long the replay ran.</param>
/// <param name="Workers">Threads.</param>
/// <param name="Note">What a reader must know of how it came about; null = nothing.</param>
/// <param name="HistoryHash">Of names and bytes of the history's files, 64 hex digits; null = not worked out.</param>
public sealed record ReportProvenance(IReadOnlyList<string> Files, Instant? From, Instant? To, Instant GeneratedAt, Duration Elapsed, int Workers, string? HistoryHash = null, string? Note = null)
{
    /// <summary>Whether only a part of the history is counted.</summary>
    public bool IsWindow => From is not null || To is not null;

    /// <summary>What stands for the code that decides and measures: a hash of the module version ids, which the same source built again keeps.</summary>
    public static string Code { get; } = Convert.ToHexStringLower(SHA256.HashData([.. new[] { typeof(Configuration), typeof(RuleSet), typeof(FrustrationModel), typeof(HistoryHash), typeof(ReplayEngine) }
        .SelectMany(t => t.Module.ModuleVersionId.ToByteArray())]));
}
