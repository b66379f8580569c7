using System.Text;
using System.Text.Json.Nodes;
using Escalation.Rules;

namespace Escalation.Tests.Rules;

public sealed class RulePartsTests
{
    private static readonly RuleFiles BuiltIn = RuleFiles.BuiltIn().Without("tests");

    [Fact]
    public void All_parts_put_into_one_folder_make_it_the_other_both_ways()
    {
        var edited = Edited();
        var parts = RuleParts.Between(BuiltIn, edited);
        Assert.Equal(
            [
                "extraction.json", "keywords legal", "keywords extra", "list new", "policy thresholds", "policy triggers.churn_threat", "policy slowHours",
                "routing rule severe_technical", "routing rule extra_route", "order of routing rules", "rule repeat_contact", "rule many_channels", "rule extra",
            ], parts.Select(p => p.Name));
        Assert.Equal(VersionOf(edited), VersionOf(parts.Aggregate(BuiltIn, (files, part) => part.Put(files, edited))));
        Assert.Equal(VersionOf(BuiltIn), VersionOf(RuleParts.Between(edited, BuiltIn).Aggregate(edited, (files, part) => part.Put(files, BuiltIn))));
        var files = RuleParts.Files(BuiltIn, edited);
        Assert.Equal(["extraction.json", "keywords.json", "list new", "policy.json", "routing.json", "signals.json"], files.Select(p => p.Name));
        Assert.Equal(VersionOf(edited), VersionOf(files.Aggregate(BuiltIn, (all, part) => part.Put(all, edited))));
    }

    [Fact]
    public void One_part_leaves_all_others_as_they_are()
    {
        var edited = Edited();
        foreach (var part in RuleParts.Between(BuiltIn, edited))
        {
            var left = RuleParts.Between(part.Put(BuiltIn, edited), edited).Select(p => p.Name).ToList();
            Assert.DoesNotContain(part.Name, left);
            Assert.True(left.Count == 12, $"{part.Name} took others with it: {string.Join(", ", left)}");
        }
    }

    [Fact]
    public void Notes_owners_spaces_and_cases_are_no_parts()
    {
        var noted = Change(BuiltIn, "signals.json", root => root[0]!["Rules"]![0]!["Properties"]!["note"] = "another");
        noted = Change(noted, "policy.json", _ => { });
        Assert.NotEqual(BuiltIn.Find("policy.json")!, noted.Find("policy.json")!);
        Assert.Empty(RuleParts.Between(BuiltIn, noted.With("tests/a.json", "[]"u8.ToArray()).With("README.md", "x"u8.ToArray())));
    }

    private static RuleFiles Edited()
    {
        var files = Change(BuiltIn, "signals.json", root =>
        {
            var rules = root[0]!["Rules"]!.AsArray();
            rules.First(r => (string?)r!["RuleName"] == "repeat_contact")!["Properties"]!["confidence"] = .8;
            rules.Remove(rules.First(r => (string?)r!["RuleName"] == "many_channels"));
            rules.Insert(2, JsonNode.Parse(SomeRules.Signal("extra", "message.WordCount > 900", "repeat_contact", .5)));
        });
        files = Change(files, "routing.json", root =>
        {
            var rules = root[0]!["Rules"]!.AsArray();
            var moved = rules[0]!.DeepClone();
            rules.RemoveAt(0);
            rules.Insert(1, moved);
            rules.First(r => (string?)r!["RuleName"] == "severe_technical")!["Properties"]!["slaHours"] = 3;
            var extra = rules[0]!.DeepClone();
            extra["RuleName"] = "extra_route";
            rules.Insert(1, extra);
        });
        files = Change(files, "keywords.json", root =>
        {
            root["classes"]!["legal"]!["words"]!.AsArray().Add("see you in court room");
            root["classes"]!["extra"] = JsonNode.Parse("""{"confidence":0.5,"words":["very extra"]}""");
        });
        files = Change(files, "policy.json", root =>
        {
            root["thresholds"]!["priority"] = .65;
            root["triggers"]!["churn_threat"]!["weight"] = .8;
            root["slowHours"] = 20;
        });
        return Change(files, "extraction.json", root => root["note"] = "another").With("lists/new.csv", "value\nsomebody\n"u8.ToArray());
    }

    private static RuleFiles Change(RuleFiles files, string path, Action<JsonNode> change)
    {
        var root = files.Json(path)!;
        change(root);
        return files.With(path, Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    private static string VersionOf(RuleFiles files)
    {
        var loaded = RuleSetLoader.Load(files, FailingCases.NotRun);
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return loaded.RuleSet.Version.Value;
    }
}
