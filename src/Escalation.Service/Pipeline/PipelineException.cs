namespace Escalation.Service.Pipeline;

/// <summary>The service cannot take records now; nothing of the call was recorded.</summary>
public sealed class PipelineException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same call can work later: the service was ending, and the next one takes it.</summary>
    public bool IsTransient => InnerException is System.Threading.Channels.ChannelClosedException;
}
