namespace Escalation.Inference.Features;

/// <summary>Words that turn what follows into its opposite, by the hash of <see cref="NgramEnumerator"/>: English, German, French, Spanish.</summary>
/// <remarks>Part of the feature revision, as the enumerator is.</remarks>
internal static class Negations
{
    private static readonly ulong[] Hashes = Array.ConvertAll(
        [
            "not", "no", "never", "cannot", "without", "nothing", "none", "nobody", "neither", "nor", "hardly", "barely",
            "don't", "doesn't", "didn't", "can't", "couldn't", "won't", "wouldn't", "isn't", "aren't", "wasn't", "weren't", "haven't", "hasn't", "hadn't", "shouldn't", "ain't",
            "dont", "doesnt", "didnt", "cant", "wont", "isnt", "wasnt", "havent",
            "nicht", "kein", "keine", "keinen", "nie", "niemand", "nichts", "ohne",
            "pas", "jamais", "sans", "rien", "aucun", "aucune", "nunca", "sin", "nada", "nadie", "tampoco",
        ],
        word => NgramEnumerator.HashOf(word));

    // Of 64 places by the upper bits most are empty, so that most words are told apart by one look.
    private static readonly ulong[] Places = Filter();

    public static bool Is(ulong word) => (Places[word >> 62] >> (int)(word >> 56 & 63) & 1) != 0 && Array.IndexOf(Hashes, word) >= 0;

    private static ulong[] Filter()
    {
        var places = new ulong[4];
        foreach (var hash in Hashes) places[hash >> 62] |= 1UL << (int)(hash >> 56 & 63);
        return places;
    }
}
