using System.Globalization;
using Escalation.Core.Derived;

namespace Escalation.Replay.Collecting;

/// <summary>The slices that only a decided message tells: product, tier, language and hour of day.</summary>
/// <remarks>
/// Taken from the ticket's first decided message as the first arm derives it, so that a ticket lies in the same slice for every arm and differences stay
/// paired. What is not known is a slice of its own, <c>tier=(unknown)</c>: the slices of a dimension add up to all decided tickets.
/// </remarks>
internal sealed class TicketSlicer
{
    private readonly Dictionary<(string Product, string Tier, string Language, int Hour), IReadOnlyList<string>> known = [];

    /// <summary>The slices of a message; equal ones share a list.</summary>
    public IReadOnlyList<string> Of(DerivedFacts derived)
    {
        var key = (
            derived.Context.ProductKnown ? derived.Context.Product : SliceNames.Unknown, derived.Customer.TierKnown ? derived.Customer.Tier : SliceNames.Unknown,
            derived.Message.LanguageKnown ? derived.Message.Language : SliceNames.Unknown, derived.Clock.Hour);
        if (known.TryGetValue(key, out var slices)) return slices;
        return known[key] =
        [
            SliceNames.Of(SliceNames.Product, key.Item1), SliceNames.Of(SliceNames.Tier, key.Item2), SliceNames.Of(SliceNames.Language, key.Item3),
            SliceNames.Of(SliceNames.Hour, key.Hour.ToString("00", CultureInfo.InvariantCulture)),
        ];
    }
}
