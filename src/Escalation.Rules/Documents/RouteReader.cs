using System.Globalization;
using System.Linq.Expressions;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;

namespace Escalation.Rules.Documents;

/// <summary>A routing rule that was read and checked.</summary>
internal sealed record ReadRoute(RouteChoice Choice, ParsedRule Parsed, RuleDescription Description, WorkflowRule Source, bool Enabled);

/// <summary>Reads the rules of routing.json, and the tables that it names: our own keys in Properties, and the expressions.</summary>
internal sealed class RouteReader(RuleSurroundings surroundings, ProblemList problems)
{
    private static readonly Dictionary<string, Expression> NoNames = [];

    private readonly ConditionReader conditions = new(surroundings, routing: true, problems);

    /// <summary>The routing rules of a file in order; those with problems are left out.</summary>
    public IReadOnlyList<ReadRoute> Read(DocumentNode root)
    {
        var rules = WorkflowDocument.Parse(root, problems);
        var routes = rules.SelectMany(Rows).Select(Route).OfType<ReadRoute>().ToArray();
        CheckReachable(routes);
        WarnOfUnused(rules);
        return routes;
    }

    /// <summary>The rule itself, or the rows of the table that it names.</summary>
    private IReadOnlyList<WorkflowRule> Rows(WorkflowRule rule)
    {
        var properties = rule.Properties;
        if (properties.String("table") is null && properties.Node.Find("table") is null) return [rule];
        foreach (var output in TableDocument.Outputs) properties.Value(output);
        properties.Done();
        if (properties.String("table") is not { } name) return [];
        if (surroundings.Tables.TryGetValue(name, out var table)) return new TableDocument(ParseHeader, problems).Rows(table, rule);
        properties.Error(properties.Node.Find("table")!.Place, $"there is no tables/{name}.csv{Suggestion.For(name, surroundings.Tables.Keys)}");
        return [];

        Expression? ParseHeader(DocumentNode node, string owner) =>
            conditions.Parser.Parse(node, owner, null, NoNames) is { } tree && new ExpressionGuard(node, owner, surroundings.Names, problems).Allows(tree) ? tree : null;
    }

    private void WarnOfUnused(IReadOnlyList<WorkflowRule> rules)
    {
        var named = rules.Select(r => r.Properties.Node.Find("table")?.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var table in surroundings.Tables.Values)
            if (!named.Contains(table.Name))
                problems.Warn(new Place(table.File, 1, 1), table.Name, $"no rule of routing.json names this table; let one have Properties {{\"table\": \"{table.Name}\"}}");
    }

    private ReadRoute? Route(WorkflowRule source)
    {
        var properties = source.Properties;
        var team = properties.String("team", required: true);
        var priority = properties.Enum<TicketPriority>("priority", required: true);
        var hours = properties.Number("slaHours", 0.01, 8760, required: true);
        var calendar = properties.String("calendar");
        properties.Done();
        if (team is not null && !surroundings.Teams.Contains(team))
            properties.Error(properties.Node.Find("team")!.Place, $"teams.json has no team \"{team}\"{Suggestion.For(team, surroundings.Teams)}");
        if (calendar is not null && !surroundings.Calendars.Contains(calendar))
            properties.Error(properties.Node.Find("calendar")!.Place, $"there is no calendars/{calendar}.json{Suggestion.For(calendar, surroundings.Calendars)}");
        var names = conditions.Names(source);
        if (conditions.Condition(source, names) is not { } condition || team is null || priority is null || hours is null) return null;
        conditions.WarnOfUnguarded(source, condition, null);
        var choice = new RouteChoice(source.Name, team, priority.Value, hours.Value, calendar ?? surroundings.Policy.DefaultCalendar);
        var effect = string.Create(CultureInfo.InvariantCulture, $"{team}, {Wire.Name(priority.Value)}, {hours} h");
        var stage = source.Enabled ? RuleStage.Live : RuleStage.Draft;
        var description = new RuleDescription(source.Name, "routing", stage, null, source.Condition.Text, null, effect, properties.Note, properties.Owner, source.Place.File, source.Place.Line);
        return new ReadRoute(choice, new ParsedRule(source.Name, condition, null, false), description, source, source.Enabled);
    }

    private void CheckReachable(IReadOnlyList<ReadRoute> routes)
    {
        var enabled = routes.Where(r => r.Enabled).ToArray();
        var always = Array.FindIndex(enabled, r => r.Parsed.Condition is ConstantExpression { Value: true });
        if (enabled.Length > 0 && always < 0)
            problems.Warn(enabled[^1].Source.Place, enabled[^1].Choice.Rule, "no routing rule always matches; let the last one have the Expression \"true\", so that every escalation has a team");
        for (var i = always + 1; always >= 0 && i < enabled.Length; i++)
            problems.Warn(enabled[i].Source.Place, enabled[i].Choice.Rule, $"is never reached: \"{enabled[always].Choice.Rule}\" before it always matches");
    }
}
