using System.Text.Json.Nodes;
using Escalation.Rules.Schemas;
using Escalation.Tests.Architecture;

namespace Escalation.Tests.Rules.Schemas;

public sealed class RuleSchemasTests
{
    private static readonly IReadOnlyDictionary<string, string> Generated =
        RuleSchemas.Generate(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Escalation.Core.xml")));

    [Fact]
    public void The_committed_files_are_the_generated_ones()
    {
        var rules = Path.Combine(Repository.Root.FullName, "rules");
        foreach (var (path, content) in Generated)
            Assert.True(File.Exists(Path.Combine(rules, path)) && File.ReadAllText(Path.Combine(rules, path)) == content, $"rules/{path} is not as generated; run: escalation rules schema rules");
        Assert.Equal(Generated.Keys.Where(p => p.StartsWith("schema/", StringComparison.Ordinal)).Order(), Directory.GetFiles(Path.Combine(rules, "schema")).Select(f => "schema/" + Path.GetFileName(f)).Order());
    }

    [Fact]
    public void Rules_take_the_keys_that_the_validator_takes_and_no_others()
    {
        var properties = Rule("signals")["properties"]!["Properties"]!;
        Assert.False((bool)properties["additionalProperties"]!);
        Assert.Equal(["cap", "confidence", "effectiveFrom", "effectiveTo", "mustEscalate", "note", "owner", "recommendation", "stage", "trigger"],
            properties["properties"]!.AsObject().Select(p => p.Key).Where(k => k != "$schema").Order());
        Assert.Equal(["none", "monitor", "priority_escalation", "immediate_escalation"], properties["properties"]!["cap"]!["enum"]!.AsArray().Select(v => (string)v!));
        Assert.Null(Rule("signals")["properties"]!["Actions"]);
        Assert.NotNull(Rule("routing")["properties"]!["Properties"]!["properties"]!["table"]);
        Assert.Null(Rule("routing")["properties"]!["Properties"]!["required"]);
    }

    [Fact]
    public void Expressions_and_cases_offer_the_names_of_facts()
    {
        Assert.Equal("#/$defs/expression", (string)Rule("signals")["properties"]!["Expression"]!["$ref"]!);
        Assert.Contains("frustration.Score", JsonNode.Parse(Generated["schema/signals.schema.json"])!["$defs"]!["expression"]!["examples"]!.AsArray().Select(e => (string)e!));
        var facts = JsonNode.Parse(Generated["schema/tests.schema.json"])!["properties"]!["cases"]!["items"]!["properties"]!["facts"]!;
        Assert.NotNull(facts["properties"]!["contacts.SameIssue7d"]);
        Assert.Null(facts["properties"]!["frustration.Available"]);
        Assert.False((bool)facts["additionalProperties"]!);
    }

    [Fact]
    public void The_page_names_every_fact_every_limit_and_every_operator()
    {
        var page = Generated["LANGUAGE.md"];
        foreach (var fact in Core.Derived.FactCatalog.All) Assert.Contains($"`{fact.Name}`", page, StringComparison.Ordinal);
        foreach (var limit in typeof(Escalation.Rules.Functions.ScriptLimits).GetFields()) Assert.Contains($"| {limit.Name} |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("|  |", page, StringComparison.Ordinal);
    }

    private static JsonNode Rule(string file) => JsonNode.Parse(Generated[$"schema/{file}.schema.json"])!["items"]!["properties"]!["Rules"]!["items"]!;
}
