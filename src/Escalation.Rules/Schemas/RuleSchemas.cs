using System.Text;

namespace Escalation.Rules.Schemas;

/// <summary>The files that are generated for authors: a JSON Schema for each kind of rule file, and the page of the rule language.</summary>
public static class RuleSchemas
{
    // What the built-in rules do not use: a validator is asked for nested keys only where there is something to read.
    private static readonly Dictionary<string, string> Rare = new(StringComparer.Ordinal)
    {
        ["signals.json"] = """
            [{"WorkflowName":"w","GlobalParams":[{"Name":"g","Expression":"1"}],"Rules":[{"RuleName":"r","LocalParams":[{"Name":"l","Expression":"1"}],"Operator":"And",
              "Rules":[{"RuleName":"n","Expression":"contacts.Last7d > 1"}],"Properties":{"trigger":"repeat_contact","confidence":"0.5"}},
              {"RuleName":"q","Expression":"contacts.Last7d > 1","Properties":{"trigger":"repeat_contact","confidence":0.5}}]}]
            """,
        ["routing.json"] = """
            [{"WorkflowName":"w","GlobalParams":[{"Name":"g","Expression":"1"}],"Rules":[{"RuleName":"t","Properties":{"table":"t"}},{"RuleName":"r","LocalParams":[{"Name":"l","Expression":"1"}],"Operator":"And",
              "Rules":[{"RuleName":"n","Expression":"contacts.Last7d > 1"}],"Properties":{"team":"general-escalation","priority":"high","slaHours":4}}]}]
            """,
        ["policy.json"] = """{"calibration":{"a":1,"b":0,"n":200},"defaultLanguage":{"brand":"en"},"snooze":{},"highValue":{},"contactGapMinutes":{},"automation":{},"approval":{},"quarantine":{},"sla":{"warning":{},"breach":{},"chain":{}},"capacity":{"general-escalation":1},"incident":{}}""",
        ["calendars/business.json"] = """{"timeZone":"UTC","hours":{"mon":[["09:00","17:00"]]},"holidayFeed":"us.ics","notHolidays":["2026-12-26"]}""",
        ["notifications.json"] = """
            {"channels":{"mail":{"kind":"smtp","host":"h","user":"u","password":{"env":"E"},"from":"a@example.com"},"hook":{"kind":"webhook","url":"http://h","secret":{"file":"F"}},"chat":{"kind":"slack","url":{"env":"E"}},
             "desk":{"kind":"help_desk","source":"s","method":"PUT","url":"https://h/{{ number }}","enabled":true,"authorization":{"env":"E"},"body":{"note":"{{ note }}"}}},
             "recipients":[{"channel":"mail","to":"a@example.com","teams":["on-call"],"steps":["episode_opened"],"always":["immediate_escalation"]}],"storm":{},"silence":{"except":["s"]},"weekly":{"day":"mon"},"pagesPerDay":{"general-escalation":1}}
            """,
    };

    /// <summary>Content by path inside a rules folder.</summary>
    /// <param name="documentation">The XML documentation of Escalation.Core, for the descriptions of facts; null = the page is left out.</param>
    public static IReadOnlyDictionary<string, string> Generate(string? documentation)
    {
        var recorder = new ShapeRecorder();
        var builtIn = RuleFiles.BuiltIn();
        RuleSetLoader.Record(builtIn, recorder);
        var rare = builtIn.Content.ToDictionary(StringComparer.Ordinal);
        foreach (var (path, text) in Rare) rare[path] = Encoding.UTF8.GetBytes(text);
        RuleSetLoader.Record(RuleFiles.Of(rare, "schema"), recorder);
        var files = recorder.Files.ToDictionary(f => $"schema/{f.Key}.schema.json", f => SchemaWriter.Write(f.Key, f.Value), StringComparer.Ordinal);
        if (documentation is not null) files["LANGUAGE.md"] = LanguagePage.Write(documentation);
        return files;
    }
}
