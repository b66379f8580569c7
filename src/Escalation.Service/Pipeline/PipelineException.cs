namespace Escalation.Service.Pipeline;

/// <summary>The service cannot take records now; nothing of the call was recorded.</summary>
public sealed class PipelineException(string message, Exception? inner = null) : Exception(message, inner);
