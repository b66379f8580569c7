using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.History.Facts;
using Escalation.Rules;
using Escalation.Rules.Documents;

namespace Escalation.Tests.Rules.Documents;

public sealed class IssueWordsDocumentTests
{
    private const string Header = "word,technical,billing,delivery,account,service,product,fraud,other";

    [Fact]
    public void The_table_that_is_written_reads_back()
    {
        var problems = new ProblemList();
        var text = Header + "\n(otherwise),0.5,,,,,,,-1\nleans:service,,,,,2.25,,,\nproduct:flight,,,,,1,,,\ncan't pay,,3.01,,,,,,\notherwise,,,,,,1,,\nrefun*,-0.4,2,,,,,,\n";
        var table = IssueWordsDocument.Parse(text, problems);
        Assert.Empty(problems.Errors);
        Assert.Equal([0, 3.01, 0, 0, 0, 0, 0, 0], table.Words["can't pay"]);
        Assert.Equal((0.5, -1d, 2.25, 1d), (table.Otherwise[0], table.Otherwise[(int)IssueType.Other], table.Leans[IssueType.Service][(int)IssueType.Service], table.Products["flight"][(int)IssueType.Service]));
        Assert.Equal(["can't pay", "otherwise", "refun*"], table.Words.Keys);
        Assert.Equal(text, IssueWordsDocument.Write(table));
    }

    [Theory,
     InlineData("word,technical\n", 1, "header"), InlineData(Header + "\nwifi,1\n", 2, "2 columns"), InlineData(Header + "\nwifi,x,,,,,,,\n", 2, "\"x\" is no weight"),
     InlineData(Header + "\nwifi,101,,,,,,,\n", 2, "no weight"), InlineData(Header + "\n,1,,,,,,,\n", 2, "blank"), InlineData(Header + "\n\nwifi,1,,,,,,,\nwifi,2,,,,,,,\n", 4, "second time"),
     InlineData(Header + "\nleans:servise,1,,,,,,,\n", 2, "did you mean \"service\""), InlineData(Header + "\n(otherwise),1,,,,,,,\n(otherwise),1,,,,,,,\n", 3, "second time")]
    public void A_mistake_is_named_with_its_line(string text, int line, string expected)
    {
        var result = RuleSetLoader.Load(With(text));
        var problem = Assert.Single(result.Problems);
        Assert.Equal((IssueWordsDocument.Path, line), (problem.File, problem.Line));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_weight_is_another_version_and_other_context_columns_but_the_same_keywords()
    {
        Configuration one = Of("1"), other = Of("2");
        Assert.NotEqual(one.Rules.Version, other.Rules.Version);
        Assert.NotEqual(one.Id, other.Id);
        FactColumnKeys before = FactColumnKeys.Of("h", one), after = FactColumnKeys.Of("h", other);
        Assert.Equal(FactColumns.Context | FactColumns.Contacts | FactColumns.Incident, before.Differing(after));

        static Configuration Of(string weight) => new(RuleSetLoader.Load(With(Header + $"\nwifi,{weight},,,,,,,\n")).RuleSet!, null, null);
    }

    [Fact]
    public void Without_the_file_the_cues_decide_alone()
    {
        var files = new Dictionary<string, byte[]>(RuleFiles.BuiltIn().Content);
        Assert.True(RuleSetLoader.Load(RuleFiles.Of(files, "there")).RuleSet!.Text.Context.Definition.IssueWords.Words.Count > 1000);
        Assert.True(files.Remove(IssueWordsDocument.Path));
        Assert.Empty(RuleSetLoader.Load(RuleFiles.Of(files, "there"), failingCases: FailingCases.NotRun).RuleSet!.Text.Context.Definition.IssueWords.Words);
    }

    private static RuleFiles With(string issueWords) => RuleFiles.Of(
        new Dictionary<string, byte[]>(ReferencePlaneTests.Folder("""[{"WorkflowName":"signals","Rules":[{"RuleName":"again","Expression":"contacts.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":0.5}}]}]""").Content) { [IssueWordsDocument.Path] = Encoding.UTF8.GetBytes(issueWords) }, "there");
}
