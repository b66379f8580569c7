namespace Escalation.Cli;

/// <summary>Standard input that Ctrl-C can interrupt: a read that waits for input ends with the cancellation.</summary>
/// <remarks>The read that was left behind keeps its own buffer, so that input which comes after all does no harm.</remarks>
internal sealed class InterruptibleStream(Stream inner, CancellationToken cancellation) : Stream
{
    private byte[] ahead = [];

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
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        if (ahead.Length < buffer.Length) ahead = new byte[buffer.Length];
        var wanted = ahead.AsMemory(0, buffer.Length);
        var read = Task.Run(() => inner.Read(wanted.Span), CancellationToken.None).WaitAsync(cancellation).GetAwaiter().GetResult();
        wanted.Span[..read].CopyTo(buffer);
        return read;
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
}
