using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>Which texts a model was trained on, and what it said of those held out: rows.csv beside the scorer.</summary>
/// <remarks>
/// Texts are kept as hashes, so that a comparison can leave out what a model has seen and use held-out rows as they were measured, before the
/// model was trained on all rows. Immutable and thread-safe.
/// </remarks>
public sealed class ModelRows
{
    /// <summary>The file's name.</summary>
    public const string Name = "rows.csv";

    private const string Header = "row,part,probability", TrainedPart = "train", HeldOutPart = "test";
    private readonly Dictionary<string, HeldOutAnswer?> rows;

    private ModelRows(Dictionary<string, HeldOutAnswer?> rows) => this.rows = rows;

    /// <summary>No row known: an older model, or one whose rows are not told.</summary>
    public static ModelRows None { get; } = new([]);

    /// <summary>Whether any row is known.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Rows from trained and held-out texts.</summary>
    /// <param name="trained">Texts that the measured model was trained on, as scored.</param>
    /// <param name="heldOut">Texts that it was not, with its answer.</param>
    public static ModelRows Of(IEnumerable<string> trained, IEnumerable<(string Text, HeldOutAnswer Answer)> heldOut)
    {
        var rows = new Dictionary<string, HeldOutAnswer?>(StringComparer.Ordinal);
        foreach (var text in trained) rows[Key(text)] = null;
        foreach (var (text, answer) in heldOut) rows[Key(text)] = answer;
        return new ModelRows(rows);
    }

    /// <summary>Whether a text is one of its rows, trained on or held out.</summary>
    public bool Knows(string text) => rows.ContainsKey(Key(text));

    /// <summary>Whether the model was trained on a text; false where nobody knows.</summary>
    public bool WasTrainedOn(string text) => rows.TryGetValue(Key(text), out var answer) && answer is null;

    /// <summary>What the model said of a held-out text before it was trained on all rows; null for any other text.</summary>
    public HeldOutAnswer? HeldOut(string text) => rows.GetValueOrDefault(Key(text));

    /// <summary>Reads the file of a version; none where it has none.</summary>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public static ModelRows Load(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return None;
        var rows = new Dictionary<string, HeldOutAnswer?>(StringComparer.Ordinal);
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            if (number == 0 && line.StartsWith(Header, StringComparison.Ordinal)) continue;
            var cells = line.Split(',', 4);         // a team's name may hold a comma
            double probability = 0;
            if (cells is not [{ Length: 16 }, TrainedPart or HeldOutPart, _, ..] || (cells[1] == HeldOutPart && !double.TryParse(cells[2], CultureInfo.InvariantCulture, out probability)))
                throw new ModelFormatException(path, string.Create(CultureInfo.InvariantCulture, $"line {number + 1} is no row of {Header}"), "copy the model's folder again, or train the model again");
            rows[cells[0]] = cells[1] == HeldOutPart ? new HeldOutAnswer(probability, cells.Length > 3 ? cells[3] : null) : null;
        }
        return new ModelRows(rows);
    }

    /// <summary>Writes the file, the same bytes for the same rows.</summary>
    public void Save(string folder)
    {
        if (IsEmpty) return;
        var namesTeams = rows.Values.Any(a => a?.Team is not null);
        var text = new StringBuilder(namesTeams ? Header + ",team\n" : Header + "\n");
        foreach (var (row, answer) in rows.OrderBy(r => r.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{row},{(answer is null ? TrainedPart : HeldOutPart)},{answer?.Probability:0.######}{(namesTeams ? "," + answer?.Team : "")}\n");
        File.WriteAllText(Path.Combine(folder, Name), text.ToString());
    }

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())))[..16];
}

/// <summary>What a model said of a row that was held out.</summary>
/// <param name="Probability">That the customer is frustrated, or that <paramref name="Team"/> is right.</param>
/// <param name="Team">The likeliest team; null where the question is frustration.</param>
public sealed record HeldOutAnswer(double Probability, string? Team = null);
