using System.Globalization;

namespace Escalation.Trainer.Search;

/// <summary>Remembers trials, so that a killed run can go on.</summary>
public interface ITrialLog
{
    /// <summary>The trials of an earlier run.</summary>
    IReadOnlyList<TrialResult> Read();

    /// <summary>Whether all that a trial gave is still there.</summary>
    bool Has(TrialResult result);

    /// <summary>Remembers a trial, at once and for good.</summary>
    void Append(TrialResult result);
}

/// <summary>Remembers trials in memory.</summary>
public sealed class MemoryTrialLog : ITrialLog
{
    private readonly List<TrialResult> results = [];

    /// <inheritdoc/>
    public IReadOnlyList<TrialResult> Read() => [.. results];

    /// <inheritdoc/>
    public bool Has(TrialResult result) => results.Contains(result);

    /// <inheritdoc/>
    public void Append(TrialResult result) => results.Add(result);
}

/// <summary><c>trials.csv</c> in a folder: one line a trial, written as the trial ends; a line that a crash cut off counts for nothing.</summary>
/// <param name="folder">Made where it is missing.</param>
/// <param name="hasScores">Whether the out-of-fold scores of a trial are still there.</param>
public sealed class TrialFile(string folder, Func<TrialSettings, bool> hasScores) : ITrialLog
{
    /// <summary>The file's name, also inside a model's folder.</summary>
    public const string Name = "trials.csv";

    private const string Header = "trial,parameters,dataShare,loss,metric,seconds,peakMemoryMb,failure";

    private string Path => System.IO.Path.Combine(folder, Name);

    /// <inheritdoc/>
    public IReadOnlyList<TrialResult> Read()
    {
        if (!File.Exists(Path)) return [];
        var results = new List<TrialResult>();
        foreach (var line in File.ReadAllLines(Path).Skip(1))
        {
            if (TryParse(line, out var result)) results.Add(result);
        }
        return results;
    }

    /// <inheritdoc/>
    public bool Has(TrialResult result) => result.Failure is not null || hasScores(result.Settings);

    /// <inheritdoc/>
    public void Append(TrialResult result)
    {
        Directory.CreateDirectory(folder);
        using var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var isCut = file.Length > 0 && !EndsWithLine(file);
        var start = file.Length == 0 ? Header + "\n" : isCut ? "\n" : "";
        file.Seek(0, SeekOrigin.End);
        file.Write(System.Text.Encoding.UTF8.GetBytes(start + Line(result) + "\n"));
        file.Flush(flushToDisk: true);
    }

    /// <summary>All trials as the text of a file.</summary>
    public static string Text(IEnumerable<TrialResult> results) => Header + "\n" + string.Concat(results.Select(r => Line(r) + "\n"));

    private static bool EndsWithLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static string Line(TrialResult r)
    {
        var failure = r.Failure is null ? "" : "\"" + r.Failure.ReplaceLineEndings(" ").Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        return string.Create(CultureInfo.InvariantCulture,
            $"{r.Settings.TrialId},{r.Settings.Parameters},{r.Settings.DataShare:R},{r.Loss:R},{r.Metric:R},{r.Seconds:0.###},{r.PeakMemoryMb:0},{failure}");
    }

    private static bool TryParse(string line, out TrialResult result)
    {
        result = null!;
        var fields = line.Split(',', 8);
        if (fields.Length < 8) return false;
        Span<double> numbers = stackalloc double[5];
        for (var i = 0; i < numbers.Length; i++)
            if (!double.TryParse(fields[i + 2], CultureInfo.InvariantCulture, out numbers[i])) return false;
        if (!int.TryParse(fields[0], CultureInfo.InvariantCulture, out var id) || !fields[1].Contains('=', StringComparison.Ordinal)) return false;
        result = new TrialResult(new TrialSettings(id, ParameterSet.Parse(fields[1]), numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4], fields[7].Length > 0 ? fields[7].Trim('"') : null);
        return true;
    }
}
