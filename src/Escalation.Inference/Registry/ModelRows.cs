using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>Which texts a model was trained on, and what it said of those held out: rows.csv beside the scorer.</summary>
/// <remarks>
/// Texts are kept as hashes, beside their ids and labels, so that a comparison can leave out what a model has seen and use held-out rows as they were measured, before the
/// model was trained on all rows. Immutable and thread-safe.
/// </remarks>
public sealed class ModelRows
{
    /// <summary>The file's name.</summary>
    public const string Name = "rows.csv";

    private const string TrainedPart = "train", HeldOutPart = "test";
    private static readonly string[] Header = ["row", "part", "probability", "team", "label", "id"], Needed = Header[..3];
    private readonly Dictionary<string, ModelRow> rows;

    private ModelRows(Dictionary<string, ModelRow> rows) => this.rows = rows;

    /// <summary>No row known: an older model, or one whose rows are not told.</summary>
    public static ModelRows None { get; } = new([]);

    /// <summary>Whether any row is known.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Rows by their texts, as scored.</summary>
    public static ModelRows Of(IEnumerable<(string Text, ModelRow Row)> all)
    {
        var rows = new Dictionary<string, ModelRow>(StringComparer.Ordinal);
        foreach (var (text, row) in all) rows[Key(text)] = row;
        return new ModelRows(rows);
    }

    /// <summary>Whether a text is one of its rows, trained on or held out, and with this label where the label is told.</summary>
    /// <param name="text">The text.</param>
    /// <param name="label">As in <see cref="ModelRow.Label"/>; null = any.</param>
    public bool Knows(string text, string? label = null) => rows.TryGetValue(Key(text), out var row) && (label is null || row.Label is null || row.Label == label);

    /// <summary>What was said of the held-out rows and what was so, for plots; empty where labels are not told.</summary>
    public IReadOnlyList<HeldOutRow> HeldOutRows() => [.. rows.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => r.Value).Where(r => r is { Answer: not null, Label: not null })
        .Select(r => new HeldOutRow(r.Answer!.Probability, r.Answer.Team is { } team ? team == r.Label : r.Label == ModelRow.Yes))];

    /// <summary>Whether the model was trained on a text; false where nobody knows.</summary>
    public bool WasTrainedOn(string text) => rows.TryGetValue(Key(text), out var row) && row.Answer is null;

    /// <summary>What the model said of a held-out text before it was trained on all rows; null for any other text.</summary>
    public HeldOutAnswer? HeldOut(string text) => rows.GetValueOrDefault(Key(text))?.Answer;

    /// <summary>Reads the file of a version; none where it has none.</summary>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public static ModelRows Load(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return None;
        var rows = new Dictionary<string, ModelRow>(StringComparer.Ordinal);
        var header = Header;
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            string[] cells = [.. CsvLine.Split(line, out _).Select(c => c.Text)];
            if (number == 0 && cells.Take(Needed.Length).SequenceEqual(Needed, StringComparer.Ordinal))
            {
                header = cells;
                continue;
            }
            double probability = 0;
            if (cells is not [{ Length: 16 }, TrainedPart or HeldOutPart, _, ..] || (cells[1] == HeldOutPart && !double.TryParse(cells[2], CultureInfo.InvariantCulture, out probability)))
                throw new ModelFormatException(path, string.Create(CultureInfo.InvariantCulture, $"line {number + 1} is no row of {string.Join(',', Needed)}"), "copy the model's folder again, or train the model again");
            rows[cells[0]] = new ModelRow(Cell("id"), Cell("label"), cells[1] == HeldOutPart ? new HeldOutAnswer(probability, Cell("team")) : null);

            string? Cell(string name) => Array.IndexOf(header, name) is >= 0 and var i && i < cells.Length && cells[i].Length > 0 ? cells[i] : null;
        }
        return new ModelRows(rows);
    }

    /// <summary>Writes the file, the same bytes for the same rows.</summary>
    public void Save(string folder)
    {
        if (IsEmpty) return;
        var text = new StringBuilder(string.Join(',', Header)).Append('\n');
        foreach (var (key, row) in rows.OrderBy(r => r.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{key},{(row.Answer is null ? TrainedPart : HeldOutPart)},{row.Answer?.Probability:0.######},{CsvLine.Cell(row.Answer?.Team ?? "")},{CsvLine.Cell(row.Label ?? "")},{CsvLine.Cell(row.Id ?? "")}\n");
        File.WriteAllText(Path.Combine(folder, Name), text.ToString());
    }

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())))[..16];
}

/// <summary>What a model said of a row that was held out.</summary>
/// <param name="Probability">That the customer is frustrated, or that <paramref name="Team"/> is right.</param>
/// <param name="Team">The likeliest team; null where the question is frustration.</param>
public sealed record HeldOutAnswer(double Probability, string? Team = null);

/// <summary>A row that was held out, for plots.</summary>
/// <param name="Probability">What the model said.</param>
/// <param name="Positive">Whether it was so: frustrated, or the team named first was right.</param>
public readonly record struct HeldOutRow(double Probability, bool Positive);

/// <summary>A row of a model.</summary>
/// <param name="Id">Its name in the source, so that a person finds it there; null where that is not told.</param>
/// <param name="Label"><see cref="Yes"/> or <see cref="No"/>, or the right team; null where that is not told.</param>
/// <param name="Answer">What the model said of it while it was held out; null = trained on.</param>
public sealed record ModelRow(string? Id, string? Label, HeldOutAnswer? Answer)
{
    /// <summary>The label of a frustrated customer, and of one who was not.</summary>
    public const string Yes = "yes", No = "no";
}
