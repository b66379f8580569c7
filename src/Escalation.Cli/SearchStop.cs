namespace Escalation.Cli;

/// <summary>The first Ctrl-C ends a search and keeps what it found, the second ends everything.</summary>
internal sealed class SearchStop : IDisposable
{
    private readonly CancellationTokenSource stop = new(), all = new();
    private CancellationTokenRegistration outer;

    /// <summary>Enough searched.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>What to obey from here on instead of the command's own token: that one is set by the first Ctrl-C.</summary>
    /// <param name="cancellation">The command's.</param>
    public CancellationToken Guard(CancellationToken cancellation)
    {
        outer = cancellation.Register(() =>
        {
            Console.CancelKeyPress += End;
            if (stop.IsCancellationRequested) all.Cancel();
            else stop.Cancel();
        });
        return all.Token;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.CancelKeyPress -= End;
        outer.Dispose();
        stop.Dispose();
        all.Dispose();
    }

    private void End(object? sender, ConsoleCancelEventArgs pressed)
    {
        pressed.Cancel = true;
        all.Cancel();
    }
}
