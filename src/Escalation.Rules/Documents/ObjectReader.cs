using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Rules.Schemas;

namespace Escalation.Rules.Documents;

/// <summary>Takes the keys of one JSON object, reports wrong types, and at the end every key that nobody asked for.</summary>
/// <remarks>
/// Use: ask for each key once, then call <see cref="Done"/>. What is absent or wrong comes back as null; wrong is reported, absent only where required.
/// <c>note</c>, <c>owner</c> (texts for people) and <c>$schema</c> are allowed in every object.
/// </remarks>
internal sealed class ObjectReader
{
    private static readonly string[] Everywhere = ["note", "owner", "$schema"];
    private readonly List<string> known = [.. Everywhere];
    private readonly Shape? shape;

    private ObjectReader(DocumentNode node, ProblemList problems, string? rule)
    {
        (Node, Problems, Rule) = (node, problems, rule);
        shape = problems.Shapes?.Of(node);
        shape?.Read();
        (Note, Owner) = (String("note"), String("owner"));
        String("$schema");
    }

    /// <summary>The object.</summary>
    public DocumentNode Node { get; }

    /// <summary>Where problems go.</summary>
    public ProblemList Problems { get; }

    /// <summary>The entry that problems are about; null for the file as a whole.</summary>
    public string? Rule { get; }

    /// <summary>What people should know of it.</summary>
    public string? Note { get; }

    /// <summary>Who looks after it.</summary>
    public string? Owner { get; }

    /// <summary>A reader of the node; null, with a problem, where it is no object.</summary>
    public static ObjectReader? Of(DocumentNode node, ProblemList problems, string? rule)
    {
        if (node.Kind == JsonValueKind.Object) return new ObjectReader(node, problems, rule);
        problems.Error(node.Place, rule, $"here must stand an object {{...}}, not {node.KindName}");
        return null;
    }

    /// <summary>The value of any type.</summary>
    public DocumentNode? Value(string name, bool required = false)
    {
        if (!known.Contains(name)) known.Add(name);
        var value = Node.Find(name);
        if (shape is not null) Problems.Shapes!.Bind(value, shape.Property(name, required));
        if (value is null && required) Error(Node.Place, $"\"{name}\" is missing");
        return value;
    }

    /// <summary>A text. Empty or blank counts as wrong.</summary>
    public string? String(string name, bool required = false)
    {
        if (Typed(name, required, JsonValueKind.String) is not { } value) return null;
        if (!string.IsNullOrWhiteSpace(value.Text)) return value.Text;
        Error(value.Place, $"\"{name}\" is blank; write a text or leave the key out");
        return null;
    }

    /// <summary>A text that is an expression.</summary>
    public string? Expression(string name, bool required = false)
    {
        var text = String(name, required);
        if (shape is not null) shape.Property(name, false).IsExpression = true;
        return text;
    }

    /// <summary>A number, or a text that is an expression.</summary>
    public DocumentNode? NumberOrExpression(string name)
    {
        var value = Value(name);
        if (shape?.Property(name, false) is not { } of) return value;
        of.Kinds.Add(JsonValueKind.Number);
        of.IsExpression = true;
        return value;
    }

    /// <summary>Facts by name, for the caller to read.</summary>
    public DocumentNode? Facts(string name)
    {
        if (shape is not null) shape.Property(name, false).IsFacts = true;
        return Object(name)?.Node;
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public double? Number(string name, double least, double most, bool required = false)
    {
        if (shape is not null) shape.Property(name, false).Range = (least, most);
        if (Typed(name, required, JsonValueKind.Number) is not { } value) return null;
        if (value.Number >= least && value.Number <= most) return value.Number;
        Error(value.Place, FormattableString.Invariant($"\"{name}\" is {value.Text}; it must lie from {least} to {most}"));
        return null;
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int? Integer(string name, int least, int most, bool required = false)
    {
        if (shape is not null) shape.Property(name, false).IsWhole = true;
        if (Number(name, least, most, required) is not { } number) return null;
        if (double.IsInteger(number)) return (int)number;
        Error(Node.Find(name)!.Place, $"\"{name}\" is {Node.Find(name)!.Text}; it must be a whole number");
        return null;
    }

    /// <summary>true or false.</summary>
    public bool? Boolean(string name)
    {
        shape?.Property(name, false).Kinds.Add(JsonValueKind.True);
        if (Value(name) is not { } value) return null;
        if (value.Kind is JsonValueKind.True or JsonValueKind.False) return value.Kind == JsonValueKind.True;
        Wrong(name, value, JsonValueKind.True);
        return null;
    }

    /// <summary>A value of an enum by its written name.</summary>
    public T? Enum<T>(string name, bool required = false) where T : struct, Enum
    {
        if (shape is not null) shape.Property(name, false).Values = Wire.All<T>();
        if (String(name, required) is not { } text) return null;
        if (Wire.TryParse<T>(text, out var value)) return value;
        Error(Node.Find(name)!.Place, $"\"{name}\" is \"{text}\"{Suggestion.For(text, Wire.All<T>())}");
        return null;
    }

    /// <summary>An object.</summary>
    public ObjectReader? Object(string name, bool required = false) =>
        Value(name, required) is { } value ? Of(value, Problems, Rule) : null;

    /// <summary>The elements of a list; empty where it is absent or wrong.</summary>
    public IReadOnlyList<DocumentNode> Items(string name, bool required = false) => Typed(name, required, JsonValueKind.Array)?.Items ?? [];

    /// <summary>A list of texts without blanks or repeats; empty where it is absent or wrong.</summary>
    public IReadOnlyList<string> Strings(string name, bool required = false)
    {
        var texts = new List<string>();
        shape?.Property(name, false).OfItems().Kinds.Add(JsonValueKind.String);
        foreach (var item in Items(name, required))
        {
            if (item.Kind != JsonValueKind.String) Error(item.Place, $"\"{name}\" holds texts only, not {item.KindName}");
            else if (string.IsNullOrWhiteSpace(item.Text)) Error(item.Place, $"\"{name}\" holds a blank text; take it out");
            else if (texts.Contains(item.Text)) Error(item.Place, $"\"{item.Text}\" stands in \"{name}\" twice; keep one");
            else texts.Add(item.Text);
        }
        return texts;
    }

    /// <summary>The entries of an object whose keys are names of the author's own choice, in file order; <c>note</c>, <c>owner</c> and <c>$schema</c> are none.</summary>
    public IEnumerable<DocumentMember> Entries()
    {
        foreach (var member in Node.Members)
        {
            if (Everywhere.Contains(member.Name)) continue;
            if (!known.Contains(member.Name)) known.Add(member.Name);
            if (shape is not null) Problems.Shapes!.Bind(member.Value, shape.OfOthers());
            yield return member;
        }
    }

    /// <summary>Says of a key what it is for, where schemas are made.</summary>
    public void Describe(string name, string description)
    {
        if (shape is not null) shape.Property(name, false).Description = description;
    }

    /// <summary>Says of a key why it is not honoured.</summary>
    public void Refuse(string name, string why)
    {
        shape?.Refused.Add(name);
        if (Value(name) is not null) Error(Node.Members.First(m => m.Name == name).Place, $"\"{name}\" {why}");
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void Done()
    {
        foreach (var member in Node.Members)
            if (!known.Contains(member.Name)) Error(member.Place, $"there is no key \"{member.Name}\" here{Suggestion.For(member.Name, known.Except(Everywhere))}");
    }

    /// <summary>Adds an error about this entry.</summary>
    public void Error(Place place, string message) => Problems.Error(place, Rule, message);

    /// <summary>Adds a warning about this entry.</summary>
    public void Warn(Place place, string message) => Problems.Warn(place, Rule, message);

    private DocumentNode? Typed(string name, bool required, JsonValueKind kind)
    {
        var value = Value(name, required);
        shape?.Property(name, false).Kinds.Add(kind);
        if (value is null) return null;
        if (value.Kind == kind) return value;
        Wrong(name, value, kind);
        return null;
    }

    private void Wrong(string name, DocumentNode value, JsonValueKind kind) =>
        Error(value.Place, $"\"{name}\" must be {DocumentNode.NameOf(kind)}, not {value.KindName}");
}
