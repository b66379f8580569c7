using System.Text;
using System.Text.Json;
using Escalation.Tests.Rules.Compilation;

namespace Escalation.Tests.Rules.Fuzzing;

/// <summary>Changes of a signals.json: of its bytes, of its keys and values, and of the expressions in it.</summary>
internal sealed class RuleFileMutations(Random random)
{
    private const int MostBytes = 4_000;

    private static readonly byte[][] Pieces =
    [
        .. ((string[])
        [
            "\"RuleName\":", "\"Expression\":", "\"Properties\":", "\"Rules\":[", "\"LocalParams\":[{\"Name\":\"n\",\"Expression\":\"1\"}],", "\"GlobalParams\":[{\"Name\":\"g\",\"Expression\":\"contacts.Last7d\"}],", "\"Operator\":\"And\",",
            "\"Operator\":\"Or\",", "\"Enabled\":false,", "\"WorkflowsToInject\":[\"a\"],", "\"Actions\":{},", "\"trigger\":\"keyword_match\",", "\"confidence\":0.5,", "\"confidence\":\"frustration.Score\",", "\"cap\":\"monitor\",", "\"mustEscalate\":true,",
            "\"recommendation\":\"priority_escalation\",", "\"stage\":\"shadow\",", "\"stage\":\"draft\",", "\"effectiveFrom\":\"2026-01-01\",", "\"effectiveTo\":\"2026-01-31T08:00:00+01:00\",", "\"note\":\"n\",", "\"$schema\":\"x\",",
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0041", "\\ud800", "\\n", "//", "/*", "*/", "null", "true", "1e999", "-0", "0.5", "\r", "\n", "\ufeff",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0],
    ];

    /// <summary>One to four changes.</summary>
    /// <param name="from">What is changed.</param>
    /// <param name="other">Where pieces may come from.</param>
    public byte[] Of(byte[] from, byte[] other)
    {
        var bytes = from;
        for (var changes = random.Next(1, 5); changes > 0; changes--) bytes = random.Next(5) < 3 ? Expression(bytes, other) : Bytes(bytes, other);
        return bytes.Length > MostBytes ? bytes[..MostBytes] : bytes;
    }

    private byte[] Bytes(byte[] bytes, byte[] other)
    {
        var at = random.Next(bytes.Length + 1);
        var length = Math.Min(bytes.Length - at, random.Next(1, 24));
        return random.Next(6) switch
        {
            0 => [.. bytes[..at], .. Pieces[random.Next(Pieces.Length)], .. bytes[at..]],
            1 => [.. bytes[..at], .. Pieces[random.Next(Pieces.Length)], .. bytes[(at + length)..]],
            2 => [.. bytes[..at], .. bytes[(at + length)..]],
            3 => [.. bytes[..(at + length)], .. bytes[at..]],
            4 => [.. bytes[..at], .. other[Math.Min(other.Length, at)..]],
            _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[Math.Min(bytes.Length, at + 1)..]],
        };
    }

    /// <summary>Changes one of the expressions, so that the file around it stays sound.</summary>
    private byte[] Expression(byte[] bytes, byte[] other)
    {
        var (start, end) = ExpressionIn(bytes);
        if (start < 0) return Bytes(bytes, other);
        var expression = Unescaped(bytes[start..end]);
        var (from, to) = ExpressionIn(other);
        var changed = ExpressionMutations.Of(expression, from < 0 ? "true" : Unescaped(other[from..to]), (random.Next(5), random.Next(200), random.Next(200), random.Next(ExpressionMutations.Pieces.Length)));
        return [.. bytes[..start], .. JsonSerializer.SerializeToUtf8Bytes(changed)[1..^1], .. bytes[end..]];
    }

    private (int Start, int End) ExpressionIn(byte[] bytes)
    {
        ReadOnlySpan<byte> key = "\"Expression\":\""u8;
        var places = new List<int>();
        for (var i = bytes.AsSpan().IndexOf(key); i >= 0;)
        {
            places.Add(i + key.Length);
            var next = bytes.AsSpan(i + key.Length).IndexOf(key);
            i = next < 0 ? -1 : i + key.Length + next;
        }
        if (places.Count == 0) return (-1, -1);
        var start = places[random.Next(places.Count)];
        for (var end = start; end < bytes.Length; end++)
        {
            if (bytes[end] == '\\') end++;
            else if (bytes[end] == '"') return (start, end);
        }
        return (-1, -1);
    }

    private static string Unescaped(byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize<string>((byte[])[(byte)'"', .. text, (byte)'"'])!;
        }
        catch (JsonException)
        {
            return Encoding.Latin1.GetString(text);
        }
    }
}
