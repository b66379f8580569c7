using System.Text;
using System.Text.Json.Nodes;

namespace Escalation.Rules;

/// <summary>A part in which two rules folders differ and which can be taken from one into the other: a rule, a keyword class, a group of policy values, a list, a file.</summary>
/// <remarks>Immutable. Found by <see cref="RuleParts"/>.</remarks>
public abstract record RulePart(string Name)
{
    /// <summary>The target with this part as the source has it: added, replaced or taken out; all else stays as it is.</summary>
    public abstract RuleFiles Put(RuleFiles target, RuleFiles source);

    private protected static RuleFiles With(RuleFiles target, string path, JsonNode content) => target.With(path, Encoding.UTF8.GetBytes(content.ToJsonString()));
}

/// <summary>Finds the parts in which two rules folders differ.</summary>
public static class RuleParts
{
    private const string Signals = "signals.json", Routing = "routing.json", Keywords = "keywords.json", Policy = "policy.json";

    /// <summary>All parts that may change a decision, in the order of files; notes, owners, cases and README are none.</summary>
    /// <param name="before">One folder, whose files can be read.</param>
    /// <param name="after">The other.</param>
    public static IReadOnlyList<RulePart> Between(RuleFiles before, RuleFiles after)
    {
        var parts = new List<RulePart>();
        foreach (var path in before.Paths.Union(after.Paths).Where(Decides).Order(StringComparer.Ordinal))
        {
            if (before.Find(path) is not { } old || after.Find(path) is not { } now) parts.Add(new FilePart(path));
            else if (old.AsSpan().SequenceEqual(now) || (path.EndsWith(".json", StringComparison.Ordinal) && JsonNode.DeepEquals(before.Json(path), after.Json(path)))) continue;
            else if (path is Signals or Routing && !JsonNode.DeepEquals(RuleArray.Frame(before, path), RuleArray.Frame(after, path))) parts.Add(new FilePart(path));
            else
                switch (path)
                {
                    case Signals: parts.AddRange(RulePieces(path, before, after)); break;
                    case Routing: parts.AddRange(RulePieces(path, before, after).Concat(Order(path, before, after))); break;
                    case Keywords: parts.AddRange(Members(path, before, after, "classes", "keywords")); break;
                    case Policy: parts.AddRange(Members(path, before, after, "triggers", "policy")); break;
                    default: parts.Add(new FilePart(path)); break;
                }
        }
        return parts;
    }

    /// <summary>The same, one part a file: for folders that differ in too much.</summary>
    public static IReadOnlyList<RulePart> Files(RuleFiles before, RuleFiles after) =>
        [.. Between(before, after).Select(p => p is IInFile inside ? inside.Path : ((FilePart)p).Path).Distinct(StringComparer.Ordinal).Select(p => new FilePart(p))];

    private static bool Decides(string path) => !path.StartsWith("tests/", StringComparison.Ordinal) && !path.EndsWith(".md", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<RulePart> RulePieces(string path, RuleFiles before, RuleFiles after)
    {
        var (old, now) = (RuleArray.Read(before, path), RuleArray.Read(after, path));
        foreach (var name in old.Names.Union(now.Names))
            if (!JsonNode.DeepEquals(Bare(old.Find(name)), Bare(now.Find(name)))) yield return new RulePiece(path, name);
    }

    private static IEnumerable<RulePart> Order(string path, RuleFiles before, RuleFiles after)
    {
        var (old, now) = (RuleArray.Read(before, path).Names, RuleArray.Read(after, path).Names);
        if (!old.Where(now.Contains).SequenceEqual(now.Where(old.Contains))) yield return new RuleOrder(path);
    }

    private static IEnumerable<RulePart> Members(string path, RuleFiles before, RuleFiles after, string group, string kind)
    {
        var (old, now) = ((JsonObject)before.Json(path)!, (JsonObject)after.Json(path)!);
        foreach (var name in Differing(old, now))
        {
            if (name == group && old[name] is JsonObject one && now[name] is JsonObject other)
                foreach (var inner in Differing(one, other)) yield return new JsonMember(path, [name, inner], group == "classes" ? $"{kind} {inner}" : $"{kind} {name}.{inner}");
            else yield return new JsonMember(path, [name], $"{kind} {name}");
        }
    }

    private static IEnumerable<string> Differing(JsonObject one, JsonObject other) =>
        one.Select(p => p.Key).Union(other.Select(p => p.Key)).Where(k => one.ContainsKey(k) != other.ContainsKey(k) || !JsonNode.DeepEquals(one[k], other[k])).ToList();

    private static JsonNode? Bare(JsonNode? rule)
    {
        if (rule?.DeepClone() is not { } copy) return null;
        if (copy["Properties"] is JsonObject properties)
            foreach (var note in (string[])["note", "owner"]) properties.Remove(note);
        return copy;
    }

    private interface IInFile
    {
        string Path { get; }
    }

    private sealed record FilePart(string Path) : RulePart(Path.StartsWith("lists/", StringComparison.Ordinal) ? $"list {System.IO.Path.GetFileNameWithoutExtension(Path)}" : Path)
    {
        public override RuleFiles Put(RuleFiles target, RuleFiles source)
        {
            if (source.Find(Path) is { } content) return target.With(Path, content);
            return RuleFiles.Of(target.Content.Where(f => f.Key != Path).ToDictionary(StringComparer.Ordinal), target.Origin, target.ErasedLists);
        }
    }

    private sealed record JsonMember(string Path, IReadOnlyList<string> Keys, string Title) : RulePart(Title), IInFile
    {
        public override RuleFiles Put(RuleFiles target, RuleFiles source)
        {
            var root = target.Json(Path)!;
            var (into, from) = ((JsonObject)root, (JsonObject)source.Json(Path)!);
            foreach (var key in Keys.SkipLast(1)) (into, from) = ((JsonObject)into[key]!, (JsonObject)from[key]!);
            if (from.ContainsKey(Keys[^1])) into[Keys[^1]] = from[Keys[^1]]?.DeepClone();
            else into.Remove(Keys[^1]);
            return With(target, Path, root);
        }
    }

    private sealed record RulePiece(string Path, string Rule) : RulePart(Path == Routing ? $"routing rule {Rule}" : $"rule {Rule}"), IInFile
    {
        public override RuleFiles Put(RuleFiles target, RuleFiles source)
        {
            var (into, from) = (RuleArray.Read(target, Path), RuleArray.Read(source, Path));
            into.Put(Rule, from);
            return With(target, Path, into.Root);
        }
    }

    /// <remarks>Only of rules that both have: where a new one stands belongs to it.</remarks>
    private sealed record RuleOrder(string Path) : RulePart("order of routing rules"), IInFile
    {
        public override RuleFiles Put(RuleFiles target, RuleFiles source)
        {
            var into = RuleArray.Read(target, Path);
            into.Arrange(RuleArray.Read(source, Path).Names);
            return With(target, Path, into.Root);
        }
    }
}

/// <summary>The rules of a workflow file as JSON, over all its workflows.</summary>
internal sealed class RuleArray
{
    private readonly List<JsonArray> workflows;

    private RuleArray(JsonNode root, List<JsonArray> workflows) => (Root, this.workflows) = (root, workflows);

    /// <summary>The whole file.</summary>
    public JsonNode Root { get; }

    /// <summary>Names in file order.</summary>
    public IReadOnlyList<string> Names => [.. workflows.SelectMany(w => w).Select(NameOf)];

    /// <summary>A file that the loader has accepted.</summary>
    public static RuleArray Read(RuleFiles files, string path)
    {
        var root = files.Json(path)!;
        return new RuleArray(root, [.. WorkflowsOf(root).Select(w => w["Rules"]).OfType<JsonArray>()]);
    }

    /// <summary>All but the rules: names and global parameters of the workflows.</summary>
    public static JsonNode Frame(RuleFiles files, string path)
    {
        var root = files.Json(path)!;
        foreach (var workflow in WorkflowsOf(root)) workflow["Rules"] = null;
        return root;
    }

    /// <summary>A rule; null where there is none of that name.</summary>
    public JsonNode? Find(string name) => workflows.SelectMany(w => w).FirstOrDefault(r => NameOf(r) == name);

    /// <summary>Takes a rule as another file has it, at its place there as far as both have the rules before it.</summary>
    public void Put(string name, RuleArray from)
    {
        var (known, wanted) = (Find(name), from.Find(name)?.DeepClone());
        if (known is not null && wanted is not null) known.ReplaceWith(wanted);
        else if (known is not null) known.Parent!.AsArray().Remove(known);
        else if (wanted is not null)
        {
            var before = from.Names.TakeWhile(n => n != name).LastOrDefault(n => Find(n) is not null);
            if (before is null) workflows[0].Insert(0, wanted);
            else
            {
                var neighbour = Find(before)!;
                neighbour.Parent!.AsArray().Insert(neighbour.GetElementIndex() + 1, wanted);
            }
        }
    }

    /// <summary>Brings the rules that stand in a list of names into its order; the others keep their places.</summary>
    public void Arrange(IReadOnlyList<string> names)
    {
        var places = workflows.SelectMany(w => w.Select((r, i) => (Workflow: w, Place: i, Name: NameOf(r)))).Where(p => names.Contains(p.Name)).ToList();
        var rules = places.OrderBy(p => names.ToList().IndexOf(p.Name)).Select(p => p.Workflow[p.Place]!.DeepClone()).ToList();
        foreach (var (place, rule) in places.Zip(rules)) place.Workflow[place.Place] = rule;
    }

    private static IEnumerable<JsonObject> WorkflowsOf(JsonNode root) => root is JsonArray several ? several.OfType<JsonObject>() : [(JsonObject)root];

    private static string NameOf(JsonNode? rule) => (string?)rule?["RuleName"] ?? "";
}
