using System.Text.Json;
using Escalation.Rules.Documents;

namespace Escalation.Rules.Schemas;

/// <summary>What the validator asks of a place in a rule file.</summary>
internal sealed class Shape
{
    private readonly Dictionary<string, int> required = new(StringComparer.Ordinal);
    private int readings;

    /// <summary>Kinds of value that are taken; where the validator takes any, those that were seen.</summary>
    public SortedSet<JsonValueKind> Kinds { get; } = [];

    /// <summary>Keys in the order asked for.</summary>
    public Dictionary<string, Shape> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys that are known and refused.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Values under keys of the author's own choice.</summary>
    public Shape? Others { get; private set; }

    /// <summary>Elements of a list.</summary>
    public Shape? Items { get; private set; }

    /// <summary>What it is for, in words; null where the name says it.</summary>
    public string? Description { get; set; }

    /// <summary>The only texts taken; null = any.</summary>
    public IReadOnlyList<string>? Values { get; set; }

    /// <summary>Least and most; null = any number.</summary>
    public (double Least, double Most)? Range { get; set; }

    /// <summary>Whole numbers only.</summary>
    public bool IsWhole { get; set; }

    /// <summary>An expression over facts.</summary>
    public bool IsExpression { get; set; }

    /// <summary>Facts by name.</summary>
    public bool IsFacts { get; set; }

    /// <summary>Whether it was read key by key, so that no other key is taken.</summary>
    public bool IsClosed => readings > 0;

    /// <summary>Keys that every reading asked for.</summary>
    public IEnumerable<string> Required => required.Where(r => r.Value == readings).Select(r => r.Key);

    /// <summary>One more object was read here.</summary>
    public void Read()
    {
        readings++;
        Kinds.Add(JsonValueKind.Object);
    }

    /// <summary>A key was asked for.</summary>
    public Shape Property(string name, bool isRequired)
    {
        if (isRequired) required[name] = required.GetValueOrDefault(name) + 1;
        if (!Properties.TryGetValue(name, out var shape)) Properties.Add(name, shape = new Shape());
        return shape;
    }

    /// <summary>Keys of the author's choice were asked for.</summary>
    public Shape OfOthers() => Others ??= new Shape();

    /// <summary>Elements were asked for.</summary>
    public Shape OfItems() => Items ??= new Shape();
}

/// <summary>Notes what the validator asks while it reads, so that schemas cannot say anything else.</summary>
internal sealed class ShapeRecorder
{
    private readonly Dictionary<DocumentNode, Shape> shapes = [];

    /// <summary>Shapes of whole files, by path; the files of a folder share one.</summary>
    public Dictionary<string, Shape> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>A file is about to be read.</summary>
    public void Open(string path, DocumentNode root)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? path[..path.IndexOf('.', StringComparison.Ordinal)] : path[..slash];
        if (!Files.TryGetValue(name, out var shape)) Files.Add(name, shape = new Shape());
        Bind(root, shape);
    }

    /// <summary>The shape of a value; a new one for a value that stands in no file.</summary>
    public Shape Of(DocumentNode node)
    {
        if (!shapes.TryGetValue(node, out var shape)) shapes.Add(node, shape = new Shape());
        return shape;
    }

    /// <summary>A value stands in a place.</summary>
    public void Bind(DocumentNode? node, Shape shape)
    {
        if (node is null) return;
        shapes.TryAdd(node, shape);
        shape.Kinds.Add(node.Kind == JsonValueKind.False ? JsonValueKind.True : node.Kind);
        foreach (var item in node.Items) Bind(item, shape.OfItems());
    }
}
