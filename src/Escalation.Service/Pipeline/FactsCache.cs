using System.Collections.Concurrent;
using Escalation.Core.Derived;

namespace Escalation.Service.Pipeline;

/// <summary>Facts of the latest decisions that opened or raised an episode, so that they can be explained without deriving them again.</summary>
/// <remarks>Thread-safe and bounded; what is not here is derived again from the database.</remarks>
internal sealed class FactsCache
{
    private const int Capacity = 10_000;
    private readonly ConcurrentDictionary<string, DerivedFacts> facts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> order = new();

    public DerivedFacts? Find(string decision) => facts.GetValueOrDefault(decision);

    public void Keep(string decision, DerivedFacts derived)
    {
        if (!facts.TryAdd(decision, derived)) return;
        order.Enqueue(decision);
        while (order.Count > Capacity && order.TryDequeue(out var oldest)) facts.TryRemove(oldest, out _);
    }
}
