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
    private readonly Dictionary<string, double?> rows;

    private ModelRows(Dictionary<string, double?> rows) => this.rows = rows;

    /// <summary>No row known: an older model, or one whose rows are not told.</summary>
    public static ModelRows None { get; } = new([]);

    /// <summary>Whether any row is known.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Rows held out.</summary>
    public int HeldOut => rows.Values.Count(p => p is not null);

    /// <summary>Rows from trained and held-out texts.</summary>
    /// <param name="trained">Texts that the measured model was trained on, as scored.</param>
    /// <param name="heldOut">Texts that it was not, with its probability.</param>
    public static ModelRows Of(IEnumerable<string> trained, IEnumerable<(string Text, double Probability)> heldOut)
    {
        var rows = new Dictionary<string, double?>(StringComparer.Ordinal);
        foreach (var text in trained) rows[Key(text)] = null;
        foreach (var (text, probability) in heldOut) rows[Key(text)] = probability;
        return new ModelRows(rows);
    }

    /// <summary>Whether a text is one of its rows, trained on or held out.</summary>
    public bool Knows(string text) => rows.ContainsKey(Key(text));

    /// <summary>Whether the model was trained on a text; false where nobody knows.</summary>
    public bool WasTrainedOn(string text) => rows.TryGetValue(Key(text), out var probability) && probability is null;

    /// <summary>What the model said of a held-out text before it was trained on all rows; null for any other text.</summary>
    public double? HeldOutProbability(string text) => rows.GetValueOrDefault(Key(text));

    /// <summary>Reads the file of a version; none where it has none.</summary>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public static ModelRows Load(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return None;
        var rows = new Dictionary<string, double?>(StringComparer.Ordinal);
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            if (number == 0 && line == Header) continue;
            var cells = line.Split(',');
            double probability = 0;
            if (cells is not [{ Length: 16 }, TrainedPart or HeldOutPart, _] || (cells[1] == HeldOutPart && !double.TryParse(cells[2], CultureInfo.InvariantCulture, out probability)))
                throw new ModelFormatException(path, string.Create(CultureInfo.InvariantCulture, $"line {number + 1} is no row of {Header}"), "copy the model's folder again, or train the model again");
            rows[cells[0]] = cells[1] == HeldOutPart ? probability : null;
        }
        return new ModelRows(rows);
    }

    /// <summary>Writes the file, the same bytes for the same rows.</summary>
    public void Save(string folder)
    {
        if (IsEmpty) return;
        var text = new StringBuilder(Header + "\n");
        foreach (var (row, probability) in rows.OrderBy(r => r.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{row},{(probability is null ? TrainedPart : HeldOutPart)},{probability:0.######}\n");
        File.WriteAllText(Path.Combine(folder, Name), text.ToString());
    }

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())))[..16];
}
