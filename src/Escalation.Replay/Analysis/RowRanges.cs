namespace Escalation.Replay.Analysis;

/// <summary>Work on the rows of a table by all processors; what comes out must not depend on how the rows were shared out.</summary>
internal static class RowRanges
{
    // Whole words of Bits: no two threads write one. Small enough that the last one to end is not waited for.
    private const int Size = 64 * 64;

    /// <summary>Runs over every range, each by one thread.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="run">Given the first row of a range and the one after its last.</param>
    public static void Run(int rows, Action<int, int> run)
    {
        try
        {
            Parallel.For(0, (rows + Size - 1) / Size, i => run(i * Size, Math.Min(rows, (i + 1) * Size)));
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
