using System.Linq.Expressions;
using Escalation.Core.Derived;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace Escalation.Rules.Functions;

/// <summary>What a script sees of a message: read-only copies of the facts that it names, and nothing else.</summary>
/// <remarks>Immutable and safe to share. A fact that is unknown throws when it is read, as in expressions.</remarks>
internal sealed class ScriptInput
{
    private readonly (string Root, (string Name, Func<DerivedFacts, object?> Read)[] Members)[] roots;
    private readonly IReadOnlyDictionary<string, ValueList> lists;

    /// <summary>An input of some facts.</summary>
    /// <param name="facts">As <c>root.Member</c>.</param>
    /// <param name="lists">For <c>lists.Has</c>.</param>
    /// <param name="policy">For <c>policy</c>.</param>
    public ScriptInput(IEnumerable<string> facts, IReadOnlyDictionary<string, ValueList> lists, PolicyFacts policy)
    {
        this.lists = lists;
        roots = [.. facts.Select(f => (Fact: f, Root: f[..f.IndexOfAny(['.', '['])])).GroupBy(f => f.Root, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Select(f => Member(f.Fact[(f.Root.Length + 1)..], f.Root, policy)).ToArray()))];
    }

    /// <summary>The roots, in the order of <see cref="Of"/>.</summary>
    public IEnumerable<string> Roots => roots.Select(r => r.Root);

    /// <summary>The roots of one message as values of an engine.</summary>
    public JsValue[] Of(Engine engine, DerivedFacts facts)
    {
        var values = new JsValue[roots.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var root = new JsObject(engine);
            foreach (var (name, read) in roots[i].Members) root.FastSetProperty(name, Property(engine, roots[i].Root, name, read, facts));
            root.PreventExtensions();
            values[i] = root;
        }
        return values;
    }

    private PropertyDescriptor Property(Engine engine, string root, string name, Func<DerivedFacts, object?> read, DerivedFacts facts)
    {
        try
        {
            var value = root is "keywords" or "lists" or "attributes" && Method(engine, root, name, facts) is { } method ? method : Value(engine, read(facts));
            return new PropertyDescriptor(value, writable: false, enumerable: true, configurable: false);
        }
        catch (FactUnavailableException unavailable)
        {
            var thrower = new ClrFunction(engine, name, (_, _) => throw new FactUnavailableException(unavailable.Fact), 0, PropertyFlag.AllForbidden);
            return new GetSetPropertyDescriptor(thrower, JsValue.Undefined, true, false);
        }
    }

    private ClrFunction? Method(Engine engine, string root, string name, DerivedFacts facts)
    {
        Func<JsValue[], JsValue>? body = (root, name) switch
        {
            ("keywords", nameof(KeywordFacts.Has)) => a => facts.Keywords.Has(Text(a, 0)),
            ("keywords", nameof(KeywordFacts.Confidence)) => a => facts.Keywords.Confidence(Text(a, 0)),
            ("lists", nameof(ListFacts.Has)) => a => lists[Text(a, 0)].Holds(Text(a, 1), facts.At),
            ("attributes", nameof(AttributeFacts.Has)) => a => facts.Attributes.Has(Text(a, 0)),
            _ => null,
        };
        return body is null ? null : new ClrFunction(engine, name, (_, arguments) => body(arguments), 0, PropertyFlag.AllForbidden);
    }

    private static string Text(JsValue[] arguments, int index) =>
        index < arguments.Length && arguments[index].IsString() ? arguments[index].AsString() : throw new ScriptException($"argument {index + 1} must be a text");

    private static JsValue Value(Engine engine, object? value) => value switch
    {
        bool flag => flag ? JsBoolean.True : JsBoolean.False,
        int number => JsNumber.Create(number),
        double number => JsNumber.Create(number),
        string text => new JsString(text),
        IReadOnlyList<string> texts => Frozen(new JsArray(engine, [.. texts.Select(t => (JsValue)new JsString(t))])),
        _ => JsValue.Null,
    };

    /// <summary>A list that nobody can change: it lives for this call only, but helpers of the script share it.</summary>
    private static JsArray Frozen(JsArray array)
    {
        for (var i = 0u; i < array.Length; i++) array.DefineOwnProperty(JsNumber.Create(i), new PropertyDescriptor(array[i], writable: false, enumerable: true, configurable: false));
        array.DefineOwnProperty(new JsString("length"), new PropertyDescriptor(JsNumber.Create(array.Length), writable: false, enumerable: false, configurable: false));
        return array;
    }

    private static (string Name, Func<DerivedFacts, object?> Read) Member(string member, string root, PolicyFacts policy)
    {
        if (member.EndsWith(']')) return (member[1..^2], facts => facts.Attributes[member[1..^2]]);
        var type = FactRoots.Routing[root];
        if (type.GetProperty(member) is not { } property) return (member, _ => null);
        if (type == typeof(PolicyFacts)) return (member, _ => property.GetValue(policy));
        var input = Expression.Parameter(typeof(DerivedFacts), "facts");
        var value = Expression.Property(Expression.Property(input, char.ToUpperInvariant(root[0]) + root[1..]), property);
        return (member, Expression.Lambda<Func<DerivedFacts, object?>>(Expression.Convert(value, typeof(object)), input).Compile());
    }
}
