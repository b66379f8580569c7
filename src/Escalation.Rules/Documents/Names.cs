namespace Escalation.Rules.Documents;

/// <summary>What names of triggers, classes, teams and lists may look like.</summary>
internal static class Names
{
    /// <summary>Small letters, digits and <c>_</c>, a letter first.</summary>
    public static bool IsIdentifier(string name) => IsMadeOf(name, '_');

    /// <summary>Small letters, digits, <c>_</c> and <c>-</c>, a letter first.</summary>
    public static bool IsSlug(string name) => IsMadeOf(name.Replace('-', '_'), '_');

    private static bool IsMadeOf(string name, char joiner) =>
        name.Length is > 0 and <= 100 && name[0] is >= 'a' and <= 'z' && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' || c == joiner);
}
