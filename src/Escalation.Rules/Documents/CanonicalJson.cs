using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Escalation.Rules.Documents;

/// <summary>Writes nodes as canonical JSON (RFC 8785): keys by UTF-16 code units, numbers as ECMAScript writes them, no white space.</summary>
internal static class CanonicalJson
{
    /// <summary>Appends a value.</summary>
    /// <param name="node">The value.</param>
    /// <param name="keep">Which keys of objects stay; called with the object, and the key.</param>
    /// <param name="text">Where it goes.</param>
    public static void Write(DocumentNode node, Func<string, bool> keep, StringBuilder text)
    {
        switch (node.Kind)
        {
            case JsonValueKind.Object:
                WriteObject(node.Members.Where(m => keep(m.Name)).Select(m => (m.Name, (Action)(() => Write(m.Value, keep, text)))), text);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (var i = 0; i < node.Items.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Write(node.Items[i], keep, text);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(node.Text, text);
                break;
            case JsonValueKind.Number:
                text.Append(Number(node.Number));
                break;
            default:
                text.Append(node.Kind == JsonValueKind.True ? "true" : node.Kind == JsonValueKind.False ? "false" : "null");
                break;
        }
    }

    /// <summary>Appends an object whose values write themselves.</summary>
    public static void WriteObject(IEnumerable<(string Name, Action Value)> members, StringBuilder text)
    {
        text.Append('{');
        var first = true;
        foreach (var (name, value) in members.OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            if (!first) text.Append(',');
            first = false;
            WriteString(name, text);
            text.Append(':');
            value();
        }
        text.Append('}');
    }

    /// <summary>Appends a string with the escapes that RFC 8785 asks for and no other.</summary>
    public static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        text.Append('"');
    }

    /// <summary>A number as ECMAScript's Number::toString writes it.</summary>
    public static string Number(double value)
    {
        if (value == 0) return "0";
        var shortest = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        for (var precision = 0; precision < 17; precision++)
        {
            var candidate = Math.Abs(value).ToString("E" + precision, CultureInfo.InvariantCulture);
            if (double.Parse(candidate, CultureInfo.InvariantCulture) != Math.Abs(value)) continue;
            shortest = candidate;
            break;
        }
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var digits = shortest[..mark].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        var point = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 1;
        var sign = value < 0 ? "-" : "";
        if (point is > 0 and <= 21)
            return sign + (digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}");
        if (point is > -6 and <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        var exponent = (point - 1).ToString("+0;-0", CultureInfo.InvariantCulture);
        return digits.Length == 1 ? $"{sign}{digits}e{exponent}" : $"{sign}{digits[0]}.{digits[1..]}e{exponent}";
    }
}
