namespace Escalation.Core.Derived.Text;

/// <summary>Addresses of web pages inside a text: their parts are no words of the writer.</summary>
internal static class WebAddress
{
    /// <summary>Whether an address starts at this offset.</summary>
    public static bool StartsAt(ReadOnlySpan<char> text, int start)
    {
        var rest = text[start..];
        return rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("www.", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The end of the address: the next white space.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && CharKinds.Of(text[start]) != CharKinds.Space) start++;
        return start;
    }
}
