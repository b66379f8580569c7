using System.Text;

namespace Escalation.History.Formats;

/// <summary>Gives one string for equal short ASCII texts that come again and again (channels, teams, tickets), in bounded memory.</summary>
/// <remarks>Direct-mapped: a newcomer takes the place of another text with the same slot. One thread at a time.</remarks>
internal sealed class StringCache
{
    private const int Slots = 1 << 13;
    private const int MaxLength = 64;
    private readonly string?[] slots = new string?[Slots];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > MaxLength) return Encoding.UTF8.GetString(utf8);
        var hash = 2166136261u;
        foreach (var b in utf8) hash = (hash ^ b) * 16777619u;
        ref var slot = ref slots[(hash ^ (hash >> 15)) & (Slots - 1)];
        if (slot is { } known && known.Length == utf8.Length && Ascii.Equals(utf8, known)) return known;
        return slot = Encoding.UTF8.GetString(utf8);
    }
}
