using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Routing;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;
using Escalation.Rules.Notifications;
using NodaTime;

namespace Escalation.Rules;

/// <summary>What a rule is, for lists and pages.</summary>
/// <param name="Name">Unique in the rule set.</param>
/// <param name="Kind"><c>signal</c>, <c>keywords</c> or <c>routing</c>.</param>
/// <param name="Stage">Live, shadow or draft.</param>
/// <param name="Trigger">Trigger of its signals; null for routing rules and those that only cap.</param>
/// <param name="Expression">The condition as written.</param>
/// <param name="Confidence">A number or an expression; null where it makes no signal.</param>
/// <param name="Effect">What a hit does in words, for example <c>priority_escalation</c>, <c>at most monitor</c> or <c>executive, urgent, 1 h</c>.</param>
/// <param name="Note">What people should know.</param>
/// <param name="Owner">Who looks after it.</param>
/// <param name="File">Path inside the folder.</param>
/// <param name="Line">From 1.</param>
public sealed record RuleDescription(
    string Name, string Kind, RuleStage Stage, string? Trigger, string Expression, string? Confidence, string Effect, string? Note, string? Owner, string File, int Line)
{
    /// <summary>It runs from here on; null = always did.</summary>
    public Instant? EffectiveFrom { get; init; }

    /// <summary>It runs before this only; the end of the run of a shadow rule. Null = no end.</summary>
    public Instant? EffectiveTo { get; init; }

    /// <summary>Where <see cref="EffectiveTo"/> stands.</summary>
    public (int Line, int Column) EffectiveToAt { get; init; }
}

/// <summary>An immutable, compiled snapshot of a rules folder.</summary>
/// <remarks>Safe to share between threads. Evaluation allocates nothing unless a rule errs.</remarks>
public sealed class RuleSet : IRuleSet
{
    private readonly FusedSignals signals;
    private readonly IReadOnlyList<CompiledRoute> routes;
    private readonly IReadOnlyList<RuleDescription> descriptions;
    private readonly Dictionary<string, Lazy<RuleFunction>> single;
    private readonly IReadOnlyList<RuleTracer?> tracers;
    private readonly IReadOnlyList<ScriptFunction> scripts;

    internal RuleSet(RuleSetParts parts)
    {
        Version = parts.Version;
        Policy = parts.Policy;
        SignalRules = parts.SignalRules;
        Text = parts.Text;
        Teams = parts.Teams;
        Calendars = parts.Calendars;
        Lists = parts.Lists;
        Files = parts.Files;
        Notifications = parts.Notifications;
        Templates = parts.Templates;
        scripts = [.. parts.Scripts.Values];
        descriptions = parts.Descriptions;
        var compiler = new RuleCompiler(new RuleResources(parts.Text.KeywordClasses, parts.Lists, parts.Scripts, PolicyFacts.Of(parts.Policy)));
        signals = new FusedSignals(compiler, parts.ParsedSignals);
        routes = [.. parts.Routes.Select(r => new CompiledRoute(r.Choice, compiler.Compile(r.Rule)))];
        single = parts.ParsedSignals.Concat(parts.Drafts).ToDictionary(r => r.Name, r => new Lazy<RuleFunction>(() => compiler.Compile(r)), StringComparer.Ordinal);
        Single = new SingleRules(parts, compiler);
        ReadsTeam = parts.ParsedSignals.Concat(parts.Drafts).Concat(parts.Routes.Select(r => r.Rule))
            .Any(r => new RuleFactReads(parts.Scripts, r.Condition, r.Confidence).Facts.Any(f => f == nameof(InputFacts.team) || f.StartsWith(nameof(InputFacts.team) + ".", StringComparison.Ordinal)));
        RouteRules = [.. parts.Routes.Select(r => r.Choice.Rule)];
        tracers = [.. parts.SignalRules.Select((r, i) => r.Stage == RuleStage.Live ? new RuleTracer(r.Name, parts.Clauses[i], compiler) : null)];
    }

    /// <inheritdoc/>
    public RuleSetVersion Version { get; }

    /// <summary>The files that it was read from, for keeping.</summary>
    public RuleFiles Files { get; }

    /// <summary>Who is told of escalations; null where its files do not say. Decides nothing.</summary>
    public NotificationSettings? Notifications { get; }

    /// <summary>How notifications are worded. Decides nothing.</summary>
    public NotificationTemplates Templates { get; }

    /// <inheritdoc/>
    public Policy Policy { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SignalRule> SignalRules { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> RouteRules { get; }

    /// <inheritdoc/>
    public bool ReadsTeam { get; }

    /// <inheritdoc/>
    public TextResources Text { get; }

    /// <inheritdoc/>
    public TeamDirectory Teams { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; }

    /// <summary>Names of lists with rows that have no date: they hold as of today also in a replay of long ago, which reports must say.</summary>
    public IReadOnlyList<string> UndatedLists => [.. Lists.Values.Where(l => l.HasUndated).Select(l => l.Name).Order(StringComparer.Ordinal)];

    /// <summary>The rules one by one, for analysis over a history.</summary>
    public SingleRules Single { get; }

    /// <summary>Calls and cost of the script functions since the snapshot was made, by name.</summary>
    public IReadOnlyList<ScriptStatistic> Scripts => [.. scripts.Select(s => s.Statistic)];

    internal IReadOnlyDictionary<string, ValueList> Lists { get; }

    /// <inheritdoc/>
    public void EvaluateSignals(DerivedFacts derived, RuleResults results, ReadOnlySpan<bool> off = default)
    {
        results.Reset(SignalRules.Count);
        if (off.IsEmpty) signals.Run(derived, results);
        else signals.Run(derived, results, off);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RuleTrace> Trace(DerivedFacts derived)
    {
        var results = new RuleResults();
        EvaluateSignals(derived, results);
        var traces = new List<RuleTrace>(tracers.Count);
        for (var i = 0; i < tracers.Count; i++)
            if (tracers[i] is { } tracer) traces.Add(tracer.Trace(derived, results.Results[i]));
        return traces;
    }

    /// <inheritdoc/>
    public RouteChoice? Route(DerivedFacts derived, RecommendationFacts recommendation, List<RuleError> errors, ReadOnlySpan<bool> off = default)
    {
        for (var i = 0; i < routes.Count; i++)
            if ((off.IsEmpty || !off[i]) && routes[i].Matches(derived, recommendation, errors) == RuleResult.Hit) return routes[i].Choice;
        return null;
    }

    /// <summary>Evaluates the condition of one signal rule; an error is added to <paramref name="errors"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such signal rule.</exception>
    public RuleResult Evaluate(string rule, DerivedFacts derived, List<RuleError> errors) => single[rule].Value(derived, null, errors);

    /// <summary>Every rule in file order, drafts included: signals, keyword classes, routing.</summary>
    public IReadOnlyList<RuleDescription> Describe() => descriptions;

    /// <summary>A hint at the signal rule that was meant by an unknown name, ready to stand after a sentence.</summary>
    public string Suggest(string name) => Suggestion.For(name, [.. SignalRules.Select(r => r.Name)]);

    /// <summary>That a name is no product of products.json, with a hint; null where it is one. Sources may name other products themselves.</summary>
    public string? SuggestProduct(string name)
    {
        string[] names = [.. Text.Context.Catalogue.Products.Select(p => p.Name)];
        return names.Contains(name) ? null : $"products.json has no product \"{name}\"{Suggestion.For(name, names)}";
    }

    private sealed record CompiledRoute(RouteChoice Choice, RuleFunction Matches);
}

/// <summary>What a loader has read and checked; makes a <see cref="RuleSet"/>.</summary>
internal sealed record RuleSetParts
{
    public required RuleSetVersion Version { get; init; }
    public required RuleFiles Files { get; init; }
    public NotificationSettings? Notifications { get; init; }
    public required NotificationTemplates Templates { get; init; }
    public required Policy Policy { get; init; }
    public required IReadOnlyList<SignalRule> SignalRules { get; init; }
    public required IReadOnlyList<ParsedRule> ParsedSignals { get; init; }
    public required IReadOnlyList<ParsedRule> Drafts { get; init; }
    public required IReadOnlyList<IReadOnlyList<Clause>> Clauses { get; init; }
    public required IReadOnlyList<(RouteChoice Choice, ParsedRule Rule)> Routes { get; init; }
    public required TextResources Text { get; init; }
    public required TeamDirectory Teams { get; init; }
    public required IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; }
    public required IReadOnlyDictionary<string, ValueList> Lists { get; init; }
    public required IReadOnlyDictionary<string, ScriptFunction> Scripts { get; init; }
    public required IReadOnlyDictionary<string, string> ListHashes { get; init; }
    public required IReadOnlyList<RuleDescription> Descriptions { get; init; }
}
