using Escalation.Core.Tickets;
using Escalation.Service.Pipeline;

namespace Escalation.Service.Intake;

/// <summary>How an import went.</summary>
/// <param name="Records">Records taken, repeats included.</param>
/// <param name="Created">Records that were new.</param>
/// <param name="Refused">Records whose identity was there with another content.</param>
public sealed record ImportSummary(long Records, long Created, long Refused);

/// <summary>Takes history in through the ordered writer, silently: original times, no notices, the same decisions as live.</summary>
public static class HistoryImport
{
    private const int Chunk = 1_000;

    /// <summary>Imports records.</summary>
    /// <param name="pipeline">The ordered writer.</param>
    /// <param name="records">In the total order of history.</param>
    /// <param name="progress">Told the number of records after every chunk.</param>
    /// <param name="cancellation">Ends between two chunks; what was taken stays.</param>
    public static async Task<ImportSummary> RunAsync(DecisionPipeline pipeline, IEnumerable<HistoryRecord> records, IProgress<long>? progress, CancellationToken cancellation)
    {
        var (taken, created, refused) = (0L, 0L, 0L);
        foreach (var chunk in records.Chunk(Chunk))
        {
            cancellation.ThrowIfCancellationRequested();
            var items = Array.ConvertAll(chunk, record => new IntakeItem(record, BodyHash.Of(IntakeBody.ToMilliseconds(record)), IsHistory: true));
            foreach (var answer in await pipeline.SubmitAllAsync(items, cancellation))
            {
                if (answer.Result == IntakeResult.Created) created++;
                else if (answer.Result != IntakeResult.Repeated) refused++;
            }
            taken += chunk.Length;
            progress?.Report(taken);
        }
        return new ImportSummary(taken, created, refused);
    }
}
