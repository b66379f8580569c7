using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Escalation.History.Reading;

namespace Escalation.Cli;

/// <summary>Standard input, read ahead by a thread of its own: Ctrl-C ends a read that waits, and it is known whether one would wait.</summary>
/// <remarks>One reader. The read that is left behind at the end has its own buffer, so that input which comes after all does no harm.</remarks>
internal sealed class PromptInput : Stream, IWaitingInput
{
    private const int BlockBytes = 1 << 16;
    private const int BlocksAhead = 16;

    private readonly BlockingCollection<ReadOnlyMemory<byte>> blocks = new(BlocksAhead);
    private readonly CancellationToken cancellation;
    private ReadOnlyMemory<byte> current;
    private ExceptionDispatchInfo? failure;

    /// <summary>Begins to read.</summary>
    public PromptInput(Stream inner, CancellationToken cancellation)
    {
        this.cancellation = cancellation;
        new Thread(() => ReadAhead(inner)) { IsBackground = true, Name = "standard input" }.Start();
    }

    /// <inheritdoc/>
    public bool WouldWait => current.IsEmpty && blocks.Count == 0 && !blocks.IsAddingCompleted;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">Ctrl-C came first.</exception>
    /// <exception cref="IOException">The input broke.</exception>
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        if (current.IsEmpty && !blocks.TryTake(out current, Timeout.Infinite, cancellation))
        {
            failure?.Throw();
            return 0;
        }
        var taken = Math.Min(buffer.Length, current.Length);
        current.Span[..taken].CopyTo(buffer);
        current = current[taken..];
        return taken;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void ReadAhead(Stream inner)
    {
        try
        {
            while (true)
            {
                var block = new byte[BlockBytes];
                var read = inner.Read(block);
                if (read == 0) return;
                blocks.Add(block.AsMemory(0, read), cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody reads any more.
        }
        catch (IOException broken)
        {
            failure = ExceptionDispatchInfo.Capture(broken);
        }
        finally
        {
            blocks.CompleteAdding();
        }
    }
}
