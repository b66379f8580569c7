using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Rules;

namespace Escalation.Replay.Analysis;

/// <summary>A routing rule and the team that it chooses, as a decision names them.</summary>
public readonly record struct RouteTaken(string Rule, string Team);

/// <summary>A history as one configuration decides it: what each rule came to, and band and route of every message.</summary>
/// <remarks>Same functions as replay and live service, over the cached facts. Not thread-safe until <see cref="Decisions"/> was read once.</remarks>
public sealed class DecidedHistory
{
    private readonly Lazy<IReadOnlyList<RuleBits>> bits;
    private readonly Lazy<DecisionColumns> decisions;
    private readonly Lazy<FactColumns> columns;

    /// <summary>A history under a configuration.</summary>
    /// <param name="table">The facts under the configuration.</param>
    /// <param name="store">Bits of rules over that table.</param>
    /// <param name="configuration">Its rules must be a compiled <see cref="RuleSet"/>.</param>
    /// <param name="effectiveDates">Whether a rule counts only on messages received within its effective dates.</param>
    public DecidedHistory(FactTable table, RuleBitStore store, Configuration configuration, bool effectiveDates = false)
    {
        (Table, Store, Configuration, Rules) = (table, store, effectiveDates ? configuration.With([]) : configuration.Timeless(), (RuleSet)configuration.Rules);
        bits = new(() => Configuration.EffectiveDates ? [.. store.Of(Rules).Select((b, i) => WithinDates(b, Rules.SignalRules[i]))] : store.Of(Rules));
        decisions = new(() => DecisionColumns.Of(this));
        // Evidence is what rules read, so a decision needs no other column, but the keywords and context that spans come from.
        columns = new(() => FactColumns.Keywords | FactColumns.Context | FactColumnNames.Of(Rules.Single.Identities.SelectMany(r => r.Facts)));
    }

    /// <summary>The facts.</summary>
    public FactTable Table { get; }

    /// <summary>Bits of rules over the facts.</summary>
    public RuleBitStore Store { get; }

    /// <summary>What decides. Snoozes and quarantines are left out, and effective dates too unless they were asked for: every rule on every message.</summary>
    public Configuration Configuration { get; }

    /// <summary>Its rules.</summary>
    public RuleSet Rules { get; }

    /// <summary>What each signal rule came to, in rule order.</summary>
    public IReadOnlyList<RuleBits> Bits => bits.Value;

    /// <summary>Band and route of every message.</summary>
    public DecisionColumns Decisions => decisions.Value;

    /// <summary>Messages on which any rule did anything: all others are decided as none.</summary>
    public Bits Touched()
    {
        var touched = new Bits(Table.Count);
        foreach (var rule in Bits) touched.Add(rule.Any);
        return touched;
    }

    private RuleBits WithinDates(RuleBits ran, SignalRule rule)
    {
        if (!rule.IsDated) return ran;
        var within = new Bits(Table.Count);
        foreach (var row in ran.Any.Places())
            if (rule.IsEffectiveAt(Table.ReceivedOf(row))) within.Set(row);
        return new RuleBits(ran.Hit.And(within), ran.Error.And(within), ran.Unavailable.And(within));
    }

    /// <summary>The whole decision on a message, with its reasons.</summary>
    public Decision Decide(int row) => DecisionEngine.Decide(Table.Read(row, columns.Value, toDecide: true), Configuration);
}

/// <summary>Band, score, route and triggers of every message of a history under one configuration.</summary>
public sealed class DecisionColumns
{
    private readonly Dictionary<RouteTaken, short> numbers = [];
    private readonly List<RouteTaken> routes = [];

    private DecisionColumns(int count) => (Bands, Scores, Routes, Triggers) = (new byte[count], new double[count], new short[count], new ulong[count]);

    private DecisionColumns(DecisionColumns from)
    {
        (Bands, Scores, Routes, Triggers) = ((byte[])from.Bands.Clone(), (double[])from.Scores.Clone(), (short[])from.Routes.Clone(), (ulong[])from.Triggers.Clone());
        foreach (var route in from.routes) NumberOf(route);
    }

    private byte[] Bands { get; }

    private double[] Scores { get; }

    private short[] Routes { get; }

    private ulong[] Triggers { get; }

    /// <summary>A message's band.</summary>
    public Band BandOf(int row) => (Band)Bands[row];

    /// <summary>A message's score.</summary>
    public double ScoreOf(int row) => Scores[row];

    /// <summary>A message's route; null below priority.</summary>
    public RouteTaken? RouteOf(int row) => Routes[row] == 0 ? null : routes[Routes[row] - 1];

    /// <summary>The triggers of the signals that count, by their place in the policy.</summary>
    public ulong TriggersOf(int row) => Triggers[row];

    /// <summary>Messages of at least priority.</summary>
    public Bits Escalated()
    {
        var escalated = new Bits(Bands.Length);
        for (var row = 0; row < Bands.Length; row++)
            if (Bands[row] >= (byte)Band.PriorityEscalation) escalated.Set(row);
        return escalated;
    }

    /// <summary>Decides every message on which a rule did anything.</summary>
    internal static DecisionColumns Of(DecidedHistory history) => new DecisionColumns(history.Table.Count).Decide(history, history.Touched());

    /// <summary>These decisions with some messages decided again under another configuration.</summary>
    internal DecisionColumns With(DecidedHistory history, Bits rows) => new DecisionColumns(this).Decide(history, rows);

    private DecisionColumns Decide(DecidedHistory history, Bits rows)
    {
        RowRanges.Run(Bands.Length, (first, end) =>
        {
            foreach (var row in rows.Places(first, end))
            {
                var decision = history.Decide(row);
                Bands[row] = (byte)decision.Recommendation.Band;
                Scores[row] = decision.Recommendation.Score;
                Routes[row] = decision.Route is { } route ? NumberOf(new RouteTaken(route.Rule, route.Team)) : (short)0;
                Triggers[row] = MaskOf(decision, history.Configuration.Policy);
            }
        });
        return this;
    }

    private short NumberOf(RouteTaken route)
    {
        lock (numbers)
        {
            if (numbers.TryGetValue(route, out var number)) return number;
            routes.Add(route);
            return numbers[route] = checked((short)routes.Count);
        }
    }

    /// <remarks>A policy of more triggers than a mask has bits shares the last one; routing analysis then knows less, decisions are not touched.</remarks>
    private static ulong MaskOf(Decision decision, Policy policy)
    {
        ulong mask = 0;
        for (var i = 0; i < decision.Signals.Count; i++) mask |= 1UL << Math.Min(63, policy.TriggerIndex(decision.Signals[i].TriggerType));
        return mask;
    }
}
