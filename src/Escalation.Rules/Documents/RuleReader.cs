using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;
using NodaTime;

namespace Escalation.Rules.Documents;

/// <summary>What signals.json and routing.json refer to in other files.</summary>
internal sealed record RuleSurroundings(
    Policy Policy, KnownNames Names, IReadOnlyCollection<string> Calendars, IReadOnlyList<string> Teams, IReadOnlyDictionary<string, TableSource> Tables);

/// <summary>A signal rule that was read and checked.</summary>
internal sealed record ReadSignal(SignalRule Rule, ParsedRule Parsed, RuleDescription Description, WorkflowRule Source, string? ConfidenceText);

/// <summary>A routing rule that was read and checked.</summary>
internal sealed record ReadRoute(RouteChoice Choice, ParsedRule Parsed, RuleDescription Description, WorkflowRule Source, bool Enabled);

/// <summary>Reads the rules of signals.json and routing.json: our own keys in Properties, and the expressions.</summary>
internal sealed class RuleReader(RuleSurroundings surroundings, ProblemList problems)
{
    private static readonly Dictionary<string, Expression> NoNames = [];
    private static readonly Dictionary<string, string> UsualConfidence = new(StringComparer.Ordinal)
    {
        ["high_frustration"] = "frustration.Score",
        ["worsening_sentiment"] = "Math.Min(1.0, frustration.Score + frustration.Trend / 2)",
        ["repeat_contact"] = ".85",
        ["slow_response"] = ".6",
        ["legal_or_compliance"] = ".9",
        ["safety_threat"] = ".95",
        ["churn_threat"] = ".7",
        ["business_impact"] = "context.BusinessImpact == \"critical\" ? 1.0 : .75",
        ["multi_user_incident"] = "Math.Min(.95, .6 + .03 * incident.Customers)",
        ["high_value_customer"] = ".5",
    };

    private readonly ExpressionParser signalParser = new(routing: false, problems);
    private readonly ExpressionParser routingParser = new(routing: true, problems);

    /// <summary>The signal rules of a file, drafts included; those with problems are left out.</summary>
    public IReadOnlyList<ReadSignal> Signals(DocumentNode root) => [.. WorkflowDocument.Parse(root, problems).Select(Signal).OfType<ReadSignal>()];

    /// <summary>The routing rules of a file in order; those with problems are left out.</summary>
    public IReadOnlyList<ReadRoute> Routes(DocumentNode root)
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
            routingParser.Parse(node, owner, null, NoNames) is { } tree && new ExpressionGuard(node, owner, surroundings.Names, problems).Allows(tree) ? tree : null;
    }

    private void WarnOfUnused(IReadOnlyList<WorkflowRule> rules)
    {
        var named = rules.Select(r => r.Properties.Node.Find("table")?.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var table in surroundings.Tables.Values)
            if (!named.Contains(table.Name))
                problems.Warn(new Place(table.File, 1, 1), table.Name, $"no rule of routing.json names this table; let one have Properties {{\"table\": \"{table.Name}\"}}");
    }

    /// <summary>The implicit rule of a keyword class with a trigger.</summary>
    public ReadSignal Keywords(KeywordEntry entry)
    {
        var name = "keywords/" + entry.Class.Name;
        var text = $"keywords.Has(\"{entry.Class.Name}\")";
        var confidence = entry.Class.Confidence.ToString(CultureInfo.InvariantCulture);
        var condition = signalParser.Parse(new DocumentNode { Kind = JsonValueKind.String, Place = entry.Place, Text = text }, name, typeof(bool), NoNames)!;
        var parsed = new ParsedRule(name, condition, Expression.Constant(entry.Class.Confidence), false);
        var rule = Read(parsed, text, RuleStage.Live) with
        {
            Trigger = entry.Class.Trigger,
            TriggerIndex = surroundings.Policy.TriggerIndex(entry.Class.Trigger!),
            Recommendation = entry.Class.Recommendation,
            Owner = entry.Owner,
        };
        var source = new WorkflowRule(name, entry.Place, true, new Condition.Leaf(new DocumentNode { Kind = JsonValueKind.String, Place = entry.Place, Text = text }), [], null!);
        return new ReadSignal(rule, parsed, Describe(rule, "keywords", confidence, entry.Note, entry.Place), source, null);
    }

    private ReadSignal? Signal(WorkflowRule source)
    {
        var properties = source.Properties;
        var trigger = properties.String("trigger");
        var confidence = properties.NumberOrExpression("confidence");
        var recommendation = properties.Enum<Band>("recommendation");
        var cap = properties.Enum<Band>("cap");
        var mustEscalate = properties.Boolean("mustEscalate") ?? false;
        var stage = properties.Enum<RuleStage>("stage") ?? RuleStage.Live;
        var (from, to) = (Date(properties, "effectiveFrom"), Date(properties, "effectiveTo"));
        properties.Done();
        if (!source.Enabled) stage = RuleStage.Draft;
        CheckSignal(source, trigger, confidence, recommendation, cap, mustEscalate);
        if (from is not null && to is not null && to <= from) properties.Error(properties.Node.Find("effectiveTo")!.Place, "\"effectiveTo\" must be later than \"effectiveFrom\"");

        var names = ParseNames(source, signalParser);
        var condition = ParseCondition(source, signalParser, names);
        var (tree, text) = trigger is null ? (null, null) : ParseConfidence(source, trigger, confidence, names);
        if (condition is null || names is null || (trigger is not null && tree is null)) return null;
        WarnOfUnguarded(source, condition, tree);
        var parsed = new ParsedRule(source.Name, condition, tree, mustEscalate);
        var rule = Read(parsed, source.Condition.Text, stage) with
        {
            Trigger = trigger,
            TriggerIndex = trigger is null ? -1 : surroundings.Policy.TriggerIndex(trigger),
            Recommendation = recommendation,
            Cap = cap,
            MustEscalate = mustEscalate,
            EffectiveFrom = from,
            EffectiveTo = to,
            Owner = properties.Owner,
        };
        return new ReadSignal(rule, parsed, Describe(rule, "signal", text, properties.Note, source.Place), source, tree is ConstantExpression ? null : text);
    }

    private void CheckSignal(WorkflowRule source, string? trigger, DocumentNode? confidence, Band? recommendation, Band? cap, bool mustEscalate)
    {
        var properties = source.Properties;
        if (trigger is not null && surroundings.Policy.TriggerIndex(trigger) < 0)
            properties.Error(properties.Node.Find("trigger")!.Place, $"policy.json has no trigger \"{trigger}\"{Suggestion.For(trigger, surroundings.Names.Triggers)}");
        if (trigger is null && cap is null && !properties.Node.Members.Any(m => m.Name is "trigger" or "cap"))
            properties.Error(source.Place, "a signal rule needs a \"trigger\" in Properties (or a \"cap\", if it only lowers the band)");
        if (trigger is null && confidence is not null) properties.Error(confidence.Place, "a rule without a \"trigger\" makes no signal, so \"confidence\" says nothing; take it out or name the trigger");
        if (trigger is null && mustEscalate) properties.Error(properties.Node.Find("mustEscalate")!.Place, "\"mustEscalate\" needs a \"trigger\": an escalation must have a reason to show");
        if (mustEscalate && recommendation is not (Band.PriorityEscalation or Band.ImmediateEscalation))
            properties.Error(properties.Node.Find("mustEscalate")!.Place, "\"mustEscalate\" needs \"recommendation\": priority_escalation or immediate_escalation, the band it lifts to");
        if (mustEscalate && cap is not null) properties.Error(properties.Node.Find("cap")!.Place, "a rule cannot both lift and lower the band; keep \"mustEscalate\" or \"cap\"");
    }

    private (Expression? Tree, string? Text) ParseConfidence(WorkflowRule source, string trigger, DocumentNode? node, IReadOnlyDictionary<string, Expression>? names)
    {
        var properties = source.Properties;
        if (node is { Kind: JsonValueKind.Number })
        {
            if (properties.Number("confidence", 0, 1) is { } number && number > 0) return (Expression.Constant(number), number.ToString(CultureInfo.InvariantCulture));
            if (node.Number == 0) properties.Error(node.Place, "a confidence of 0 says nothing; write one above 0");
            return (null, null);
        }
        if (node is not null and not { Kind: JsonValueKind.String })
        {
            properties.Error(node.Place, $"\"confidence\" must be a number from 0 to 1 or an expression in quotes, not {node.KindName}");
            return (null, null);
        }
        if (node is null && !UsualConfidence.ContainsKey(trigger))
        {
            properties.Error(source.Place, $"\"confidence\" is missing; the trigger \"{trigger}\" has no usual one");
            return (null, null);
        }
        var text = node ?? new DocumentNode { Kind = JsonValueKind.String, Place = source.Place, Text = UsualConfidence[trigger] };
        if (names is null || signalParser.Parse(text, source.Name, null, names) is not { } tree) return (null, null);
        if (tree.Type != typeof(double) && tree.Type != typeof(int))
        {
            properties.Error(text.Place, $"\"confidence\" must come to a number, not to {tree.Type.Name}");
            return (null, null);
        }
        var guarded = new ExpressionGuard(text, source.Name, surroundings.Names, problems).Allows(tree);
        return guarded ? (tree.Type == typeof(double) ? tree : Expression.Convert(tree, typeof(double)), text.Text) : (null, null);
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
        var names = ParseNames(source, routingParser);
        if (ParseCondition(source, routingParser, names) is not { } condition || team is null || priority is null || hours is null) return null;
        WarnOfUnguarded(source, condition, null);
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

    private Dictionary<string, Expression>? ParseNames(WorkflowRule source, ExpressionParser parser)
    {
        var names = new Dictionary<string, Expression>(StringComparer.Ordinal);
        foreach (var (name, expression) in source.Names)
        {
            if (FactRoots.Routing.ContainsKey(name)) problems.Error(expression.Place, source.Name, $"\"{name}\" is a fact already; give the expression another name");
            else if (parser.Parse(expression, source.Name, null, names) is not { } tree) return null;
            else if (!new ExpressionGuard(expression, source.Name, surroundings.Names, problems).Allows(tree)) return null;
            else names[name] = tree;
        }
        return names;
    }

    private Expression? ParseCondition(WorkflowRule source, ExpressionParser parser, IReadOnlyDictionary<string, Expression>? names)
    {
        var tree = names is null ? null : Tree(source.Condition);
        if (tree is ConstantExpression { Value: false }) problems.Warn(source.Place, source.Name, "this condition never holds");
        return tree;

        Expression? Tree(Condition condition)
        {
            if (condition is Condition.Leaf leaf)
                return parser.Parse(leaf.Node, source.Name, typeof(bool), names) is { } parsed && new ExpressionGuard(leaf.Node, source.Name, surroundings.Names, problems).Allows(parsed) ? parsed : null;
            var joined = (Condition.Joined)condition;
            var parts = joined.Parts.Select(Tree).ToArray();
            return parts.Any(p => p is null) ? null : parts.Aggregate((a, b) => joined.All ? Expression.AndAlso(a!, b!) : Expression.OrElse(a!, b!));
        }
    }

    private void WarnOfUnguarded(WorkflowRule source, Expression condition, Expression? confidence)
    {
        var reads = GuardedReads.Unguarded(condition).Concat(confidence is null ? [] : GuardedReads.Unguarded(confidence, condition)).DistinctBy(r => r.Twin);
        foreach (var (fact, twin) in reads)
            problems.Warn(source.Condition.Leaves.First().Place, source.Name, $"{fact} may be unknown, and the rule is then unavailable; ask first: {twin} && ...");
        if (RuleReads.ScriptBeforeCheaper(condition) is { } script)
            problems.Warn(source.Condition.Leaves.First().Place, source.Name, $"script(\"{script}\") stands before terms that cost a thousandth of it; write it last, and it is called only where they hold");
    }

    private static Instant? Date(ObjectReader properties, string name)
    {
        if (properties.String(name) is not { } text) return null;
        if (Dates.Parse(text) is { } date) return date;
        properties.Error(properties.Node.Find(name)!.Place, $"\"{text}\" is no date; write 2026-01-31, or 2026-01-31T08:00:00+01:00");
        return null;
    }

    private SignalRule Read(ParsedRule parsed, string text, RuleStage stage)
    {
        var reads = new RuleReads(surroundings.Names, parsed.Condition, parsed.Confidence);
        return new SignalRule
        {
            Name = parsed.Name,
            Stage = stage,
            Expression = text,
            KeywordClasses = reads.KeywordClasses,
            ContextFields = reads.ContextFields,
            Facts = reads.Facts,
        };
    }

    private static RuleDescription Describe(SignalRule rule, string kind, string? confidence, string? note, Place place)
    {
        var effect = (rule.Trigger is not null, rule.Cap) switch
        {
            (_, { } cap) => $"at most {Wire.Name(cap)}",
            _ when rule is { MustEscalate: true, Recommendation: { } least } => $"at least {Wire.Name(least)}",
            _ => rule.Recommendation is { } band ? Wire.Name(band) : "by confidence",
        };
        return new RuleDescription(rule.Name, kind, rule.Stage, rule.Trigger, rule.Expression, confidence, effect, note, rule.Owner, place.File, place.Line);
    }
}
