using Escalation.Core.Tickets;

namespace Escalation.History.Formats;

/// <summary>Gives one object for equal actors: a few agents and customers do most of what happens. In bounded memory.</summary>
/// <remarks>Direct-mapped, as <see cref="StringCache"/>. One thread at a time.</remarks>
internal sealed class ActorCache
{
    private const int Slots = 1 << 12;
    private readonly Actor?[] slots = new Actor?[Slots];

    public Actor Get(string id, ActorKind kind, string? team)
    {
        ref var slot = ref slots[(string.GetHashCode(id, StringComparison.Ordinal) ^ (int)kind) & (Slots - 1)];
        if (slot is { } known && known.Kind == kind && string.Equals(known.Id, id, StringComparison.Ordinal) && string.Equals(known.Team, team, StringComparison.Ordinal)) return known;
        return slot = new Actor(id, kind, team);
    }
}
