using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Escalation.Core.Derived;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Schemas;

/// <summary>Writes rules/LANGUAGE.md from the catalogues that the validator uses.</summary>
internal static partial class LanguagePage
{
    /// <summary>The page.</summary>
    /// <param name="documentation">The XML documentation of Escalation.Core.</param>
    public static string Write(string documentation)
    {
        var summaries = XDocument.Parse(documentation).Descendants("member")
            .ToDictionary(m => (string)m.Attribute("name")!, m => m.Element("summary") is { } summary ? Plain(summary) : "", StringComparer.Ordinal);
        var page = new StringBuilder();
        Line("# The rule language");
        Line("");
        Line("Written by `escalation rules schema` from what the validator uses; do not edit. How to work with rules: README.md.");
        Line("");
        Line("## Expressions");
        Line("");
        Line("Conditions come to true or false, confidences to a number from 0 to 1. They compare (`== != < <= > >=`), join (`&& || !`), calculate (`+ - * / %`), choose (`a ? b : c`) and look into lists (`x in (\"a\", \"b\")`, `list.Contains(\"a\")`, `list.Any()`, `list.Count`).");
        Line($"Functions: {string.Join(", ", ExpressionGuard.MathMethods.Order(StringComparer.Ordinal).Select(m => $"`Math.{m}`"))}; of texts {string.Join(", ", ExpressionGuard.TextMethods.Order(StringComparer.Ordinal).Select(m => $"`{m}`"))} and `Length`. Nothing else is allowed. Texts stand in double quotes and are compared exactly.");
        Line($"At most {ExpressionParser.MaxLength} characters and {ExpressionGuard.MaxNodes} parts.");
        Line("A fact that may be unknown has a twin that says so: ask it first, as in `frustration.Available && frustration.Score > 0.75`. Read unasked, it makes the rule *unavailable* for that message.");
        Line("");
        Line("## Facts");
        foreach (var (root, type) in FactRoots.Routing.Where(r => r.Value != typeof(ScriptFacts)))
        {
            Line("");
            Line($"### {root}");
            Line("");
            Line("| fact | type | meaning |");
            Line("|---|---|---|");
            foreach (var property in type.GetProperties().Where(FactRoots.IsFact)) Line($"| `{root}.{property.Name}` | {TypeOf(root, property)} | {MeaningOf(root, type, property, summaries)} |");
            foreach (var method in type.GetMethods().Where(FactRoots.IsFactMethod)) Line($"| `{CallOf(root, method)}` | {NameOf(method.ReturnType)} | {Meaning(summaries, $"M:{type.FullName}.{method.Name}(", $"P:{type.FullName}.Item(")} |");
        }
        Line("");
        Line("`recommendation` is there in routing rules only.");
        Line("");
        Line("## Words");
        Line("");
        Line("Words and phrases of keywords.json (and of extraction.json and products.json) are compared whole, in any case, with any white space and kind of apostrophe; quoted mail and signatures do not count.");
        Line("`cancel*` is any word that begins so, `...` up to three further words (`playlist* ... gone`), `<word>` any one word, `<number>` a number, `<time>` a clock time. A class without a `trigger` gives no signal of its own; rules ask for it with `keywords.Has(\"name\")`.");
        Line("`issue-words.csv` holds learned weights for `context.IssueType`, a column an issue type: of words, pairs of words, beginnings of 4 or 6 characters (`refund*`), `product:NAME`, `leans:TYPE` (as in products.json) and `(otherwise)`, which holds for every text.");
        Line("It is asked where the cues of extraction.json are less than 0.65 sure: the weights of the words found are added, each once, divided by the root of their number, and join the sums of cue weights. Without the file the cues decide alone.");
        Line("");
        Line("## Decision tables");
        Line("");
        Line("`tables/NAME.csv` stands where routing.json has `{\"RuleName\": \"...\", \"Properties\": {\"table\": \"NAME\"}}`; the first row that fits decides. A header is an expression and an operator, `-` fits any value, an unknown fact fits no cell.");
        Line($"Operators: {string.Join(", ", TableColumn.Operators.Select(o => $"`{o}`"))}; `in` takes `a|b|c`. Columns that a row chooses: {string.Join(", ", TableDocument.Outputs.Select(o => $"`{o}`"))}; those that are missing come from the Properties of the entry.");
        Line("");
        foreach (var line in LifecycleText.Lines) Line(line);
        Line("");
        Line("## Script functions");
        Line("");
        Line("`functions/NAME.js` holds `function NAME() { ... }`, asked by `script(\"NAME\")` (true or false) or `script.Number(\"NAME\")`. Facts are there by the same names. Write the call last: it is made only where the terms before it did not settle the rule.");
        Line("Plain functions of values: no classes, no clock, no chance, no state between calls. What is there:");
        Line("");
        foreach (var (name, members) in ScriptSandbox.Globals.Where(g => g.Value.Count > 0)) Line($"- `{name}`: {string.Join(", ", members)}");
        Line($"- {string.Join(", ", ScriptSandbox.Globals.Where(g => g.Value.Count == 0).Select(g => $"`{g.Key}`"))}");
        foreach (var (kind, members) in ScriptSandbox.Members) Line($"- of a {kind} value: {string.Join(", ", members)}");
        Line("");
        Line("| limit | of one call |");
        Line("|---|---|");
        foreach (var limit in typeof(ScriptLimits).GetFields()) Line(string.Create(CultureInfo.InvariantCulture, $"| {limit.Name} | {limit.GetRawConstantValue():N0} |"));
        return page.ToString();

        void Line(string text) => page.Append(text).Append('\n');
    }

    private static string CallOf(string root, MethodInfo method) => method.Name == "get_Item"
        ? $"{root}[\"name\"]"
        : $"{root}.{method.Name}({string.Join(", ", method.GetParameters().Select((p, i) => i == 0 ? $"\"{p.Name}\"" : p.Name))})";

    private static string TypeOf(string root, PropertyInfo property)
    {
        var type = NameOf(property.PropertyType);
        if (FactRoots.ValuesOf($"{root}.{property.Name}") is { } values) type += ": " + string.Join(" ", values.Select(v => $"`{v}`"));
        return property.GetCustomAttribute<MayBeUnknownAttribute>() is { } mark ? $"{type}; may be unknown, ask `{root}.{mark.Twin}`" : type;
    }

    private static string NameOf(Type type) => type == typeof(bool) ? "true or false" : type == typeof(int) ? "whole number" : type == typeof(double) ? "number" : type == typeof(string) ? "text" : "list of texts";

    private static string MeaningOf(string root, Type type, PropertyInfo property, Dictionary<string, string> summaries) =>
        root == "policy" ? $"The number of policy.json, so that rules and policy cannot drift apart." : summaries.GetValueOrDefault($"P:{type.FullName}.{property.Name}", "");

    private static string Meaning(Dictionary<string, string> summaries, params string[] beginnings) =>
        summaries.FirstOrDefault(s => beginnings.Any(b => s.Key.StartsWith(b, StringComparison.Ordinal))).Value ?? (beginnings[0].Contains("ListFacts", StringComparison.Ordinal) ? "Whether lists/LIST.csv holds the value at the message's time." : "");

    /// <summary>A summary as one line; references by their last name.</summary>
    private static string Plain(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(n => n switch
        {
            XText words => words.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => $"`{((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? "").Split('.', ':')[^1]}`",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => "",
        }));
        return Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
