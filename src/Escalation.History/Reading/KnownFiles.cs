using Escalation.History.Formats;

namespace Escalation.History.Reading;

internal sealed record NamedFile(string Path, RecordType? Type)
{
    public bool IsCsv => Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The file names that say what they hold: <c>messages.jsonl</c>, <c>events.csv</c> and so on; <c>history.jsonl</c> says it line by line.</summary>
internal static class KnownFiles
{
    private static readonly (string Name, RecordType? Type)[] Names =
    [
        ("messages", RecordType.Message), ("events", RecordType.Event), ("customers", RecordType.Customer), ("identities", RecordType.Identity),
        ("shifts", RecordType.Shift), ("labels", RecordType.Label), ("history", null),
    ];

    private static readonly string[] Endings = [".jsonl", ".csv"];

    /// <summary>The files of folders and single files, in the order given.</summary>
    public static IReadOnlyList<NamedFile> Find(IReadOnlyList<string> paths, out InputProblem? problem)
    {
        problem = null;
        var found = new List<NamedFile>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                var before = found.Count;
                foreach (var (name, type) in Names)
                    foreach (var ending in Endings)
                        if (Path.Combine(path, name + ending) is var file && File.Exists(file)) found.Add(new NamedFile(file, type));
                if (found.Count == before) problem = new InputProblem(path, 0, "folder", "holds no history; it is looked for in messages.jsonl, events.jsonl, customers.jsonl, identities.jsonl, shifts.jsonl, labels.jsonl, history.jsonl, or .csv of the same names");
            }
            else if (!File.Exists(path)) problem = new InputProblem(path, 0, "file", "is not there; name a folder or files of history");
            else if (IsTruth(path)) problem = new InputProblem(path, 0, "file", "holds the generator's truth, which no decision may see; name the history beside it");
            else found.Add(new NamedFile(path, TypeOf(path)));
            if (problem is not null) return [];
        }
        if (found.Count == 0) problem = new InputProblem("--history", 0, "file", "names nothing; name a folder or files of history");
        return found;
    }

    /// <summary>The type that a file's name says, or null.</summary>
    public static RecordType? TypeOf(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        foreach (var (name, type) in Names)
            if (string.Equals(stem, name, StringComparison.OrdinalIgnoreCase)) return type;
        return null;
    }

    private static bool IsTruth(string path) => string.Equals(Path.GetFileNameWithoutExtension(path), "truth", StringComparison.OrdinalIgnoreCase);
}
