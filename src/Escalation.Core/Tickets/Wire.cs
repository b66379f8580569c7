using System.Text;

namespace Escalation.Core.Tickets;

/// <summary>The written names of enum values: snake_case, the same in JSON, SQL, CSV and on the screen.</summary>
/// <remarks>Thread-safe. Source: "Words" in DESIGN.md.</remarks>
public static class Wire
{
    /// <summary>The written name of a value, for example <c>priority_escalation</c>.</summary>
    public static string Name<T>(T value) where T : struct, Enum => Names<T>.ByValue[value];

    /// <summary>The value of a written name; false for anything that is not exactly one of <see cref="All{T}"/>.</summary>
    public static bool TryParse<T>(string? name, out T value) where T : struct, Enum
    {
        if (name is not null) return Names<T>.ByName.TryGetValue(name, out value);
        value = default;
        return false;
    }

    /// <summary>All written names, in the order of declaration.</summary>
    public static IReadOnlyList<string> All<T>() where T : struct, Enum => Names<T>.InOrder;

    private static class Names<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(v => v, v => SnakeCase(v.ToString()));
        public static readonly Dictionary<string, T> ByName = ByValue.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
        public static readonly string[] InOrder = [.. Enum.GetValues<T>().Select(v => ByValue[v])];
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
