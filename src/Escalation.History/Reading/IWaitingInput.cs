namespace Escalation.History.Reading;

/// <summary>An input that knows whether it would keep its reader waiting: a pipe whose writer may be slower.</summary>
/// <remarks>What was read so far is then handed on instead of being collected.</remarks>
public interface IWaitingInput
{
    /// <summary>Whether a read now would wait for the writer.</summary>
    bool WouldWait { get; }
}
