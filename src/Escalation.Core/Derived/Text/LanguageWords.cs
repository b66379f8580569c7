namespace Escalation.Core.Derived.Text;

/// <summary>What speaks for which language: frequent small words, accented letters, scripts.</summary>
internal static class LanguageWords
{
    public const uint Apostrophe = 31;
    public const uint Elided = 15;

    private const int Whole = 12;

    private static readonly (string Code, string Words, string Accents)[] All =
    [
        ("en", "the and to of is it you that for on are with as this was have be at not but they i my your we he she what when how why can could would will just from there their "
            + "been has had do does did don't can't won't i'm it's i've isn't doesn't didn't an or if so all any about out up get got no me our us please thanks after still been very", ""),
        ("de", "der die das und ist nicht ich sie es ein eine einen mit auf für von zu den dem im wie was wir ihr mein meine bei aber auch noch nur schon seit habe hat haben wird kann "
            + "werden sind war bin mir mich sehr keine kein wenn dass oder nach bitte danke immer wieder warum", "ßäü"),
        ("es", "el la los las de que y en un una es no por con para se lo su mi me te como más pero ya muy está esta este si hola gracias cuando porque qué tengo puedo hace sin hay "
            + "todo al del son ser favor desde", "ñ¿¡"),
        ("fr", "le la les des du de et est un une je vous nous il elle ne pas que qui dans pour sur avec au aux ce cette mon ma mes votre vos plus mais ou où comme bonjour merci sont "
            + "ai j'ai c'est n'est depuis très toujours être avoir fait suis pourquoi j' l' d' c' n' qu' s' m'", "çêèœù"),
        ("it", "il lo la gli le di che e è un una in con per non mi ti si sono ho ha hai come più ma questo questa anche del della dei nel alla dal grazie ciao perché quando ancora "
            + "mio mia vostro sempre cosa molto l' dell' un' c' nell' all'", "ìò"),
        ("pt", "o a os as de que e em um uma é não por com para se na no do da dos das mais mas como meu minha eu você vocês está isso foi ao pelo pela já muito quando obrigado obrigada "
            + "olá porque tem ter sem ser", "ãõ"),
        ("nl", "de het een en van ik je is niet dat die in op te zijn met voor er maar om aan ook als bij nog naar dan wel geen wat heb hebben heeft mijn kan wordt worden deze dit door "
            + "waarom hoe jullie goed al uw u graag", ""),
        ("sv", "och att det som en på är av för med till den har inte om ett jag var men vi kan ni hur mig min mitt när från eller så inga tack", "åä"),
        ("da", "og at det som en på er af for med til den har ikke om et jeg var men vi kan jer hvordan mig min mit når fra eller så ingen tak hvorfor", "øå"),
        ("no", "og at det som en på er av for med til den har ikke om et jeg var men vi kan dere hvordan meg min mitt når fra eller så ingen takk hvorfor", "øå"),
        ("pl", "i w nie na się jest to z do że o jak ale czy mam co po od za tak już dla mnie mi proszę dzień dobry przez tylko dlaczego", "łąęśżźćń"),
        ("tr", "ve bir bu da de için ile çok ne var yok ama gibi daha mi mı ben sen biz neden nasıl olarak kadar değil lütfen bana şey", "şğı"),
        ("id", "yang dan di ini itu saya tidak dengan untuk ada dari ke bisa sudah apa mohon tolong kenapa kok belum akan karena atau juga sama nak tak boleh", ""),
    ];

    private static readonly ulong[] Keys = new ulong[4096];
    private static readonly ushort[] Masks = new ushort[4096];
    private static readonly byte[] Weights = new byte[4096];

    static LanguageWords()
    {
        for (var language = 0; language < All.Length; language++)
            foreach (var word in All[language].Words.Split(' '))
                Masks[Place(Pack(word))] |= (ushort)(1 << language);
        for (var slot = 0; slot < Masks.Length; slot++)
            if (Masks[slot] != 0) Weights[slot] = (byte)(Whole / System.Numerics.BitOperations.PopCount(Masks[slot]));
    }

    /// <summary>How many languages there are.</summary>
    public const int Languages = 13;

    /// <summary>Five bits of a letter, accents taken off.</summary>
    public static uint Letter(char c)
    {
        if (char.IsAsciiLetter(c)) return (uint)(c & 31);
        return char.ToLowerInvariant(c) switch
        {
            'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' or 'ą' => 1u,
            'ç' or 'ć' => 3u,
            'è' or 'é' or 'ê' or 'ë' or 'ę' => 5u,
            'ğ' => 7u,
            'ì' or 'í' or 'î' or 'ï' or 'ı' => 9u,
            'ł' => 12u,
            'ñ' or 'ń' => 14u,
            'ò' or 'ó' or 'ô' or 'õ' or 'ö' or 'ø' => 15u,
            'ś' or 'ş' or 'ß' => 19u,
            'ù' or 'ú' or 'û' or 'ü' => 21u,
            'ż' or 'ź' => 26u,
            _ => 30u,
        };
    }

    /// <summary>Votes for the languages that have the word, in parts of 12: a word of one language alone counts most.</summary>
    public static void Vote(ulong packed, Span<int> votes)
    {
        for (var slot = Slot(packed); Keys[slot] != 0; slot = (slot + 1) & (Keys.Length - 1))
        {
            if (Keys[slot] != packed) continue;
            var weight = Weights[slot];
            for (uint mask = Masks[slot]; mask != 0; mask &= mask - 1) votes[System.Numerics.BitOperations.TrailingZeroCount(mask)] += weight;
            return;
        }
    }

    /// <summary>Votes for the languages that have an accented letter.</summary>
    public static void VoteAccent(char c, Span<int> votes)
    {
        var lower = char.ToLowerInvariant(c);
        for (var language = 0; language < All.Length; language++)
            if (All[language].Accents.Contains(lower)) votes[language] += Whole / 2;
    }

    /// <summary>The language with the most votes, the first of equals; null without any.</summary>
    public static string? Winner(ReadOnlySpan<int> votes)
    {
        var best = 0;
        for (var i = 1; i < votes.Length; i++)
            if (votes[i] > votes[best]) best = i;
        return votes[best] > 0 ? All[best].Code : null;
    }

    /// <summary>The language that a script other than Latin stands for most often; null for Latin letters.</summary>
    public static string? Script(char c) => c < '\u0370' ? null : c switch
    {
        <= '\u03FF' => "el",
        <= '\u052F' => "ru",
        >= '\u0590' and <= '\u05FF' => "he",
        >= '\u0600' and <= '\u06FF' => "ar",
        >= '\u0900' and <= '\u097F' => "hi",
        >= '\u0E00' and <= '\u0E7F' => "th",
        >= '\u3040' and <= '\u30FF' => "ja",
        >= '\u3400' and <= '\u9FFF' => "zh",
        >= '\u1100' and <= '\u11FF' or >= '\uAC00' and <= '\uD7AF' => "ko",
        _ => null,
    };

    private static ulong Pack(string word)
    {
        ulong packed = 0;
        var elided = word.EndsWith('\'');
        foreach (var c in elided ? word.AsSpan(0, word.Length - 1) : word) packed = packed << 5 | (c == '\'' ? Apostrophe : Letter(c));
        return elided ? packed | (ulong)Elided << 60 : packed;
    }

    private static int Place(ulong packed)
    {
        var slot = Slot(packed);
        while (Keys[slot] != 0 && Keys[slot] != packed) slot = (slot + 1) & (Keys.Length - 1);
        Keys[slot] = packed;
        return slot;
    }

    private static int Slot(ulong packed) => (int)(packed * 0x9E3779B97F4A7C15 >> 48) & (Keys.Length - 1);
}
