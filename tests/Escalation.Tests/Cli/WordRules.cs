using Escalation.Tests.History;

namespace Escalation.Tests.Cli;

/// <summary>Rule folders that escalate on one word, to one team.</summary>
internal static class WordRules
{
    public const string Quiet = """[{"WorkflowName":"signals","Rules":[{"RuleName":"never","Expression":"contacts.Last7d > 999","Properties":{"trigger":"repeat_contact","confidence":0.5}}]}]""";

    /// <summary>Writes the folder, named by its word.</summary>
    public static void Write(ScratchFolder folder, string word, string team, string signals = Quiet)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, word));
        folder.Write(word + "/signals.json", signals);
        folder.Write(word + "/routing.json",
            $$"""[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"{{team}}","priority":"high","slaHours":4,"calendar":"always"} } ]}]""");
        folder.Write(word + "/teams.json", """{"teams":{"one":{"name":"1"},"two":{"name":"2"},"general-escalation":{"name":"G"}}}""");
        folder.Write(word + "/policy.json", """{"defaultCalendar":"always"}""");
        folder.Write(word + "/keywords.json", $$"""{"classes":{"{{word}}":{"trigger":"legal_or_compliance","confidence":0.9,"words":["{{word}}"]} } }""");
    }
}
