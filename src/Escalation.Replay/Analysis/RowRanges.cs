using System.Runtime.ExceptionServices;

namespace Escalation.Replay.Analysis;

/// <summary>Work on the rows of a table by all processors; what comes out must not depend on how the rows were shared out.</summary>
internal static class RowRanges
{
    /// <summary>Rows of a range: whole words of <see cref="Bits"/>, so that no two threads write one, and few enough that nobody waits long for the last.</summary>
    public const int Size = 64 * 64;

    /// <summary>Runs over every range, each by one thread.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="run">Given the first row of a range and the one after its last.</param>
    public static void Run(int rows, Action<int, int> run) => Each((rows + Size - 1) / Size, -1, i => run(i * Size, Math.Min(rows, (i + 1) * Size)));

    /// <summary>Runs every one of several pieces of work, each by one thread; what the first that failed threw is thrown.</summary>
    /// <param name="count">Pieces.</param>
    /// <param name="workers">Threads at most; -1 = all processors.</param>
    /// <param name="run">Given the number of the piece.</param>
    public static void Each(int count, int workers, Action<int> run)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = workers }, run);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
