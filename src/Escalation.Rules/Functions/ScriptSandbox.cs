using Jint;

namespace Escalation.Rules.Functions;

/// <summary>Makes engines in which scripts can reach facts and a short list of plain language functions, and nothing else.</summary>
/// <remarks>
/// What is not on the lists is taken out of the engine and the rest is frozen, so that no call can leave anything behind for the next one. No clock,
/// no chance, no host types, no code from texts, and nothing that makes a large text or list in one step.
/// </remarks>
internal static class ScriptSandbox
{
    /// <summary>Names that scripts may use by themselves, each with its members; an empty list = only as a function.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Globals = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["Math"] =
        [
            "E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2", "abs", "cbrt", "ceil", "exp", "floor", "hypot", "log", "log10", "log1p", "log2", "max", "min",
            "pow", "round", "sign", "sqrt", "trunc",
        ],
        ["Number"] = ["isFinite", "isInteger", "isNaN", "parseFloat", "parseInt"],
        ["Object"] = ["entries", "keys", "values"],
        ["Array"] = ["isArray"],
        ["String"] = [],
        ["Boolean"] = [],
        ["isFinite"] = [],
        ["isNaN"] = [],
        ["parseFloat"] = [],
        ["parseInt"] = [],
        ["undefined"] = [],
        ["NaN"] = [],
        ["Infinity"] = [],
    };

    /// <summary>What values can do, by their kind.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Members = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["String"] = ["length", "at", "charAt", "charCodeAt", "endsWith", "includes", "indexOf", "lastIndexOf", "slice", "split", "startsWith", "substring", "toLowerCase", "toString", "toUpperCase", "trim", "trimEnd", "trimStart", "valueOf"],
        ["Array"] = ["length", "at", "every", "filter", "find", "findIndex", "forEach", "includes", "indexOf", "lastIndexOf", "map", "pop", "push", "reduce", "reverse", "shift", "slice", "some", "sort", "unshift"],
        ["RegExp"] = ["dotAll", "exec", "flags", "global", "hasIndices", "ignoreCase", "lastIndex", "multiline", "source", "sticky", "test", "unicode", "unicodeSets"],
        ["Number"] = ["toFixed", "toString", "valueOf"],
        ["Boolean"] = ["toString", "valueOf"],
        ["Object"] = ["hasOwnProperty", "toString", "valueOf"],
        ["Function"] = ["length", "name"],
        ["Error"] = ["message", "name", "toString"],
    };

    private static readonly string LockDown = $$"""
        (function () {
          const root = globalThis, globals = {{Json(Globals)}}, members = {{Json(Members)}};
          const names = Object.getOwnPropertyNames, describe = Object.getOwnPropertyDescriptor, remove = Reflect.deleteProperty, freeze = Object.freeze, prototypeOf = Object.getPrototypeOf;
          let gone = '';
          const targets = Object.keys(members).map(n => [root[n].prototype, members[n]]);
          for (const n of Object.keys(globals)) if (globals[n].length > 0 || n === 'String' || n === 'Boolean') targets.push([root[n], globals[n]]);
          for (const [target, allowed] of targets)
            for (const name of names(target))
              if (!allowed.includes(name) && name !== 'prototype' && !(typeof target === 'function' && (name === 'length' || name === 'name'))) { gone += name + ' '; remove(target, name); }
          for (const iterator of [[][Symbol.iterator](), ''[Symbol.iterator]()]) freeze(prototypeOf(iterator));
          for (const name of names(root)) if (!(name in globals)) remove(root, name);
          for (const [target] of [...targets, [root]]) {
            for (const name of names(target)) { const value = describe(target, name).value; if (typeof value === 'function') freeze(value); }
            freeze(target);
          }
          return gone;
        })()
        """;

    private static readonly Prepared<Acornima.Ast.Script> Prepared = Engine.PrepareScript(LockDown, "sandbox", strict: true);

    /// <summary>Members that values have in JavaScript and not here: <c>repeat</c>, <c>constructor</c> and the like.</summary>
    public static IReadOnlySet<string> Removed { get; } = Open().Removed.Except(Members.Values.SelectMany(m => m)).ToHashSet(StringComparer.Ordinal);

    /// <summary>A new engine, closed.</summary>
    public static Engine Create() => Open().Engine;

    private static (Engine Engine, string[] Removed) Open()
    {
        var time = new CallTime();
        var engine = new Engine(options =>
        {
            options.Strict();
            options.MaxStatements(ScriptLimits.Statements);
            options.LimitRecursion(ScriptLimits.Recursion);
            options.LimitMemory(ScriptLimits.Bytes);
            options.Constraint(time);
            options.DisableStringCompilation();
            options.Interop.Enabled = false;
            options.Constraints.MaxArraySize = ScriptLimits.ArrayLength;
            options.Constraints.RegexTimeout = TimeSpan.FromMilliseconds(ScriptLimits.RegexMilliseconds);
        });
        var removed = engine.Evaluate(Prepared).ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        time.IsOn = true;
        return (engine, removed);
    }

    private static string Json(IReadOnlyDictionary<string, IReadOnlyList<string>> names) => System.Text.Json.JsonSerializer.Serialize(names);
}
