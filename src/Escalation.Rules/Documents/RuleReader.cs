using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;
using NodaTime;

namespace Escalation.Rules.Documents;

/// <summary>What signals.json and routing.json refer to in other files.</summary>
internal sealed record RuleSurroundings(
    Policy Policy, KnownNames Names, IReadOnlyCollection<string> Calendars, IReadOnlyList<string> Teams, IReadOnlyDictionary<string, TableSource> Tables);

/// <summary>A signal rule that was read and checked.</summary>
internal sealed record ReadSignal(SignalRule Rule, ParsedRule Parsed, RuleDescription Description, WorkflowRule Source, string? ConfidenceText);

/// <summary>Reads the rules of signals.json, and those of keyword classes: our own keys in Properties, and the expressions.</summary>
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

    private readonly ConditionReader conditions = new(surroundings, routing: false, problems);

    /// <summary>The signal rules of a file, drafts included; those with problems are left out.</summary>
    public IReadOnlyList<ReadSignal> Signals(DocumentNode root) => [.. WorkflowDocument.Parse(root, problems).Select(Signal).OfType<ReadSignal>()];

    /// <summary>The implicit rule of a keyword class with a trigger.</summary>
    public ReadSignal Keywords(KeywordEntry entry)
    {
        var name = "keywords/" + entry.Class.Name;
        var text = $"keywords.Has(\"{entry.Class.Name}\")";
        var confidence = entry.Class.Confidence.ToString(CultureInfo.InvariantCulture);
        var condition = conditions.Parser.Parse(new DocumentNode { Kind = JsonValueKind.String, Place = entry.Place, Text = text }, name, typeof(bool), NoNames)!;
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
        properties.Describe("effectiveFrom", "The rule runs from here on: a date (midnight UTC) or a time with an offset.");
        properties.Describe("effectiveTo", "The rule runs before this only: a date (midnight UTC) or a time with an offset. A shadow rule should have one: the end of its run.");
        properties.Done();
        if (!source.Enabled) stage = RuleStage.Draft;
        CheckSignal(source, trigger, confidence, recommendation, cap, mustEscalate);
        if (stage == RuleStage.Shadow && properties.Node.Find("effectiveTo") is null)
            properties.Warn(properties.Node.Find("stage")!.Place, "a shadow run should end: add \"effectiveTo\", the date by which you decide about the rule, for example two weeks from now");
        if (from is not null && to is not null && to <= from) properties.Error(properties.Node.Find("effectiveTo")!.Place, "\"effectiveTo\" must be later than \"effectiveFrom\"");

        var names = conditions.Names(source);
        var condition = conditions.Condition(source, names);
        var (tree, text) = trigger is null ? (null, null) : ParseConfidence(source, trigger, confidence, names);
        if (condition is null || names is null || (trigger is not null && tree is null)) return null;
        conditions.WarnOfUnguarded(source, condition, tree);
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
        var end = properties.Node.Find("effectiveTo")?.Place ?? source.Place;
        var description = Describe(rule, "signal", text, properties.Note, source.Place) with { EffectiveFrom = from, EffectiveTo = to, EffectiveToAt = (end.Line, end.Column) };
        return new ReadSignal(rule, parsed, description, source, tree is ConstantExpression ? null : text);
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
        if (names is null || conditions.Parser.Parse(text, source.Name, null, names) is not { } tree) return (null, null);
        if (tree.Type != typeof(double) && tree.Type != typeof(int))
        {
            properties.Error(text.Place, $"\"confidence\" must come to a number, not to {tree.Type.Name}");
            return (null, null);
        }
        var guarded = new ExpressionGuard(text, source.Name, surroundings.Names, problems).Allows(tree);
        return guarded ? (tree.Type == typeof(double) ? tree : Expression.Convert(tree, typeof(double)), text.Text) : (null, null);
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
