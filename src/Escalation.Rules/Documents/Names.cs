namespace Escalation.Rules.Documents;

/// <summary>What names of triggers, classes, teams and lists may look like.</summary>
internal static class Names
{
    /// <summary>Small letters, digits and <c>_</c>, a letter first.</summary>
    public static bool IsIdentifier(string name) => name.Length > 0 && name[0] is >= 'a' and <= 'z' && IsMadeOf(name);

    /// <summary>Small letters, digits, <c>_</c> and <c>-</c>, a letter or digit first: help desks often number their groups.</summary>
    public static bool IsSlug(string name) => name.Length > 0 && name[0] is not ('_' or '-') && IsMadeOf(name.Replace('-', '_'));

    private static bool IsMadeOf(string name) => name.Length <= 100 && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_');
}
