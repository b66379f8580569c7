using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;
using NodaTime;

namespace Escalation.Rules.Cases;

/// <summary>What a case says of one rule.</summary>
internal sealed record RuleExpectation(string Rule, RuleResult Result, Place Place);

/// <summary>One case of tests/*.json: facts in, expectations out.</summary>
internal sealed record RuleCase(
    string Name, Place Place, DerivedFacts Facts, IReadOnlyList<RuleExpectation> Rules, (Band Band, Place Place)? Band, (string Team, Place Place)? Team, (string Rule, Place Place)? Route);

/// <summary>Reads tests/*.json.</summary>
internal static class CasesDocument
{
    private static readonly (string Key, RuleResult Result)[] Results =
        [("hits", RuleResult.Hit), ("misses", RuleResult.Miss), ("unavailable", RuleResult.Unavailable), ("errors", RuleResult.Error)];

    /// <summary>The cases of a file, those with problems left out.</summary>
    public static IReadOnlyList<RuleCase> Parse(DocumentNode root, RuleSet rules, CaseFacts facts, ProblemList problems)
    {
        if (ObjectReader.Of(root, problems, null) is not { } file) return [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        var cases = new List<RuleCase>();
        foreach (var item in file.Items("cases", required: true))
        {
            if (Read(item, rules, facts, problems) is not { } read) continue;
            if (names.Add(read.Name)) cases.Add(read);
            else problems.Error(read.Place, read.Name, "a case of this name stands in this file already; name them apart");
        }
        file.Done();
        return cases;
    }

    private static RuleCase? Read(DocumentNode node, RuleSet rules, CaseFacts facts, ProblemList problems)
    {
        var named = node.Find("name") is { Text: { Length: > 0 } text } ? text : null;
        if (ObjectReader.Of(node, problems, named) is not { } reader) return null;
        var before = problems.Errors.Count;
        var name = reader.String("name", required: true);
        var message = reader.String("text");
        var at = reader.String("at");
        var moment = at is null ? Instant.FromUtc(2026, 3, 2, 15, 0) : Dates.Parse(at);
        if (moment is null) reader.Error(reader.Node.Find("at")!.Place, $"\"{at}\" is no date; write 2026-01-31, or 2026-01-31T08:00:00+01:00");
        var stated = reader.Facts("facts");
        var known = rules.Describe().Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        var expectations = new List<RuleExpectation>();
        foreach (var (key, result) in Results)
        {
            reader.Strings(key);
            foreach (var item in reader.Node.Find(key)?.Items ?? [])
                if (known.Contains(item.Text)) expectations.Add(new RuleExpectation(item.Text, result, item.Place));
                else reader.Error(item.Place, $"there is no rule \"{item.Text}\"{Suggestion.For(item.Text, known)}");
        }
        var band = reader.Enum<Band>("band");
        var team = reader.String("team");
        if (team is not null && rules.Teams.Find(team) is null) reader.Error(reader.Node.Find("team")!.Place, $"teams.json has no team \"{team}\"{Suggestion.For(team, rules.Teams.Teams.Select(t => t.Id))}");
        var route = reader.String("route");
        if (route is not null && rules.Single.Routes.All(r => r.Rule != route)) reader.Error(reader.Node.Find("route")!.Place, $"there is no routing rule \"{route}\"{Suggestion.For(route, rules.Single.Routes.Select(r => r.Rule))}");
        reader.Done();
        if (expectations.Count == 0 && band is null && team is null && route is null && problems.Errors.Count == before) reader.Error(node.Place, "the case expects nothing; name rules under \"hits\" and \"misses\", or a \"band\", \"team\" or \"route\"");
        var derived = facts.Of(message, stated, moment ?? default, named ?? "");
        if (name is null || problems.Errors.Count > before) return null;
        return new RuleCase(name, node.Place, derived, expectations, Placed("band", band), PlacedText("team", team), PlacedText("route", route));

        (Band, Place)? Placed(string key, Band? value) => value is { } given ? (given, node.Find(key)!.Place) : null;

        (string, Place)? PlacedText(string key, string? value) => value is null ? null : (value, node.Find(key)!.Place);
    }
}
