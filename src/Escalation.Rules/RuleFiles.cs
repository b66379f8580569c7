using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Escalation.Rules;

/// <summary>The files of a rules folder, or of the default that is built in.</summary>
/// <remarks>Immutable. Paths are inside the folder, with <c>/</c>, in ordinal order.</remarks>
public sealed class RuleFiles
{
    private const string ResourcePrefix = "rules/";
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private readonly SortedDictionary<string, byte[]> files;

    private RuleFiles(SortedDictionary<string, byte[]> files, string origin) => (this.files, Origin) = (files, origin);

    /// <summary>Hashes of lists from which somebody was erased, by path, as they were before: the version that names them stays the same.</summary>
    public IReadOnlyDictionary<string, string> ErasedLists { get; private init; } = new Dictionary<string, string>();

    /// <summary>Where they come from, for messages: the folder as given, or <c>built-in rules</c>.</summary>
    public string Origin { get; }

    /// <summary>All paths.</summary>
    public IReadOnlyCollection<string> Paths => files.Keys;

    /// <summary>Content by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Content => files;

    /// <summary>Every file of a folder and its folders; hidden ones, and those that <c>rules schema</c> writes, are passed over.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RuleFiles FromFolder(string folder)
    {
        var files = Empty();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!relative.Split('/').Any(part => part.StartsWith('.')) && !IsGenerated(relative)) files[relative] = File.ReadAllBytes(path);
        }
        return new RuleFiles(files, folder);
    }

    /// <summary>The default rules that are built into this assembly.</summary>
    public static RuleFiles BuiltIn()
    {
        var files = Empty();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var path = name.Replace('\\', '/');
            if (!path.StartsWith(ResourcePrefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            files[path[ResourcePrefix.Length..]] = content;
        }
        return new RuleFiles(files, "built-in rules");
    }

    /// <summary>Files held in memory, for an editor.</summary>
    /// <param name="content">Content by path inside the folder.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <param name="erasedLists">See <see cref="ErasedLists"/>.</param>
    public static RuleFiles Of(IReadOnlyDictionary<string, byte[]> content, string origin, IReadOnlyDictionary<string, string>? erasedLists = null)
    {
        var files = Empty();
        foreach (var (path, bytes) in content) files[path] = bytes;
        return new RuleFiles(files, origin) { ErasedLists = erasedLists ?? new Dictionary<string, string>() };
    }

    /// <summary>A file's content; null where there is none.</summary>
    public byte[]? Find(string path) => files.GetValueOrDefault(path);

    /// <summary>A file as JSON, as the loader reads it: comments and trailing commas are passed over. Null where there is no such file.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonNode? Json(string path) => Find(path) is { } content ? JsonNode.Parse(content, null, Lenient) : null;

    /// <summary>The same files with another content of one.</summary>
    public RuleFiles With(string path, byte[] content) =>
        new(new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal) { [path] = content }, Origin) { ErasedLists = ErasedLists };

    /// <summary>The same files without those of a folder.</summary>
    public RuleFiles Without(string folder) =>
        Of(files.Where(f => !f.Key.StartsWith(folder + "/", StringComparison.Ordinal)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal), Origin, ErasedLists);

    /// <summary>Paths of the files of one folder with an ending, for example <c>calendars/*.json</c>.</summary>
    public IEnumerable<string> In(string folder, string ending) =>
        files.Keys.Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal) && p.EndsWith(ending, StringComparison.Ordinal) && p.IndexOf('/', folder.Length + 1) < 0);

    private static bool IsGenerated(string path) => path == "LANGUAGE.md" || path.StartsWith("schema/", StringComparison.Ordinal);

    private static SortedDictionary<string, byte[]> Empty() => new(StringComparer.Ordinal);
}
