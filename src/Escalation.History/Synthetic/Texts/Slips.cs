using System.Text;
using Escalation.Core.Tickets;

namespace Escalation.History.Synthetic.Texts;

/// <summary>What fingers and moods do to a text: slips of the key, capitals, emoji.</summary>
internal static class Slips
{
    private static readonly string[] Angry = [" 😡", " 🤬", "!!!", " 😤", "!!"], Wry = [" 🙄", " 🤡", " 👏👏"], Kind = [" 🙂", " 😊", " :)"];

    /// <summary>Changes the text from <paramref name="from"/> on in place.</summary>
    public static void Apply(StringBuilder text, int from, in TextRequest request, SyntheticRandom random)
    {
        if (request.Writer.Typos > 0) Mistype(text, from, request.Writer.Typos, random);
        if (random.Chance(request.Tone switch { 4 => .4, 3 => .07, 1 or 2 => .01, _ => .006 }))
            for (var i = from; i < text.Length; i++) text[i] = char.ToUpperInvariant(text[i]);
        if (request.Channel is not (Channel.Chat or Channel.Social) || !random.Chance(.14)) return;
        text.Append(random.Pick<string>(request.Tone >= 3 ? Angry : request.Tone == 2 ? Wry : Kind));
    }

    private static void Mistype(StringBuilder text, int from, double chance, SyntheticRandom random)
    {
        var start = from;
        for (var i = from; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsAsciiLetter(text[i])) continue;
            if (i - start > 3 && random.Chance(chance)) Slip(text, start + 1 + random.Below(i - start - 2), random);
            start = i + 1;
        }
    }

    private static void Slip(StringBuilder text, int at, SyntheticRandom random)
    {
        if (random.Chance(.5)) (text[at], text[at + 1]) = (text[at + 1], text[at]);
        else text[at] = text[at + (random.Chance(.5) ? 1 : -1)];
    }
}
