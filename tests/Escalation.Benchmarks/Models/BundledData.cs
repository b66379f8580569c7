using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CsvHelper;
using Escalation.Core.Derived.Text;

namespace Escalation.Benchmarks.Models;

/// <summary>One message of our corpus with what its two readers made of it.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Writer">The prefix of the id.</param>
/// <param name="Text">As scored live: without quoted mail and signatures.</param>
/// <param name="Language">ISO 639-1.</param>
/// <param name="Frustration">The mean of writer and second reader, 0 to 4 by halves.</param>
internal sealed record CorpusMessage(string File, string Writer, string Text, string Language, double Frustration)
{
    /// <summary>Names it in the corpus.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about, in its writer's words; messages of one theme resemble one another.</summary>
    public required string Theme { get; init; }

    /// <summary>The team that both readers name; null where they name two.</summary>
    public string? Team { get; init; }

    /// <summary>Whether the two together call it frustrated.</summary>
    public bool IsFrustrated => Frustration >= 2;

    /// <summary>How sure that is: a message on which the two stand on either side of 2 counts for less.</summary>
    public float Weight => Frustration switch { 1 => 0.8f, 1.5 => 0.4f, 2 => 0.7f, _ => 1 };
}

/// <summary>One real message of a customer with what our two readers made of it.</summary>
/// <param name="Customer">Who wrote it.</param>
/// <param name="Text">As scored live.</param>
/// <param name="Frustration">The mean of both readers, 0 to 4 by halves.</param>
internal sealed record CustomerTweet(string Customer, string Text, double Frustration)
{
    /// <summary>Whether the two together call it annoyed or more: tweets seldom go further, and the question is who is not content.</summary>
    public bool IsAnnoyed => Frustration >= 1;

    /// <summary>Whether the two together call it frustrated, as of the corpus.</summary>
    public bool IsFrustrated => Frustration >= 2;

    /// <summary>How sure <see cref="IsAnnoyed"/> is.</summary>
    public float Weight => Frustration switch { 0.5 => 0.5f, 1 => 0.8f, _ => 1 };
}

/// <summary>Reads what the bundled model is trained on and measured on.</summary>
internal static class BundledData
{
    /// <summary>The corpus files that it learns from.</summary>
    public static readonly IReadOnlyList<string> CorpusFiles = ["seed.jsonl", "short.jsonl", "trades.jsonl", "people.jsonl"];

    private const string SecondReader = "second-reader.jsonl";

    /// <summary>Every message of the corpus with both labels.</summary>
    public static IReadOnlyList<CorpusMessage> Corpus(string folder)
    {
        var second = Lines(Path.Combine(folder, SecondReader)).ToDictionary(l => l.GetProperty("id").GetString()!);
        return [.. CorpusFiles.SelectMany(file => Lines(Path.Combine(folder, file)).Select(line =>
        {
            var id = line.GetProperty("id").GetString()!;
            return new CorpusMessage(file, id.Split('-')[0], TextCleaner.Clean(line.GetProperty("text").GetString()!).Text,
                line.GetProperty("language").GetString()!, (line.GetProperty("frustration").GetInt32() + second[id].GetProperty("frustration").GetInt32()) / 2.0)
            {
                Id = id,
                Theme = line.GetProperty(line.TryGetProperty("theme", out _) ? "theme" : "trade").GetString()!,
                Team = line.GetProperty("team").GetString() is { } team && team == second[id].GetProperty("team").GetString() ? team : null,
            };
        })).Where(m => m.Text.Length > 0)];
    }

    /// <summary>The customers' tweets of a conversation file with the labels of both readers, which stand by conversation and turn.</summary>
    public static IReadOnlyList<CustomerTweet> Tweets(string conversations, string labels)
    {
        var read = Csv(labels).ToDictionary(r => (r["conversation_id"], r["turn"]), r => (Number(r, "a_frustration") + Number(r, "b_frustration")) / 2);
        return [.. Csv(conversations).Where(r => read.ContainsKey((r["conversation_id"], r["turn"])))
            .Select(r => new CustomerTweet(r["customer_id"], r["text"], read[(r["conversation_id"], r["turn"])])).Where(t => t.Text.Length > 0)];

        static double Number(IReadOnlyDictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);
    }

    /// <summary>Rows of a CSV with their texts as scored live.</summary>
    public static List<IReadOnlyDictionary<string, string>> Csv(string path)
    {
        using var csv = CsvReader.FromFile(path);
        var rows = new List<IReadOnlyDictionary<string, string>>();
        while (csv.Read())
        {
            rows.Add(csv.Headers.Select((h, i) => (h, i)).ToDictionary(
                c => c.h, c => c.h == "text" ? TextCleaner.Clean(csv.GetString(c.i)).Text : csv.GetString(c.i), StringComparer.Ordinal));
        }
        return rows;
    }

    /// <summary>SHA-256 of a file.</summary>
    public static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static IEnumerable<JsonElement> Lines(string path) => File.ReadLines(path).Select(line =>
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    });
}
