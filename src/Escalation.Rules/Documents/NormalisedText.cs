using System.Security.Cryptography;
using System.Text;

namespace Escalation.Rules.Documents;

/// <summary>Files that are no JSON (lists, tables, functions) as they are hashed: UTF-8 without byte order mark, LF.</summary>
internal static class NormalisedText
{
    /// <summary>The text of a file.</summary>
    public static string Of(ReadOnlySpan<byte> content) =>
        Encoding.UTF8.GetString(content.StartsWith("\uFEFF"u8) ? content[3..] : content).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>SHA-256 of such a text, 64 hex digits.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
