using Escalation.Core.Decisions;
using NodaTime;

namespace Escalation.Service.RuleHealth;

/// <summary>How often one rule was run since the service started, and how often that failed.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Evaluated">Messages on which it was run; null for a routing rule, which is only run where no rule before it matched.</param>
/// <param name="Errors">Of these, messages on which it threw.</param>
/// <param name="Unavailable">Of these, messages on which it read an unknown fact unguarded; counted for live rules.</param>
/// <param name="LastError">What it threw last; null before the first.</param>
/// <param name="LastErrorAt">When that was; null before the first.</param>
public sealed record RuleCount(string Rule, long? Evaluated, long Errors, long Unavailable, string? LastError, Instant? LastErrorAt);

/// <summary>Counts, per rule, evaluations, errors and unavailable results of the decisions made since the service started.</summary>
/// <remarks>Thread-safe. A decision without a failure costs one addition, whatever the number of rules. Rules that are gone keep their counts.</remarks>
internal sealed class RuleTally
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly List<Entry> running = [];
    private Configuration? current;
    private long decided, all;

    /// <summary>Decisions counted.</summary>
    public long Decided => Interlocked.Read(ref all);

    /// <summary>Counts of every rule that was ever run, by name.</summary>
    public IReadOnlyList<RuleCount> Counts
    {
        get
        {
            lock (gate)
            {
                Settle();
                return [.. entries.Values.OrderBy(e => e.Rule, StringComparer.Ordinal).Select(e => e.ToCount())];
            }
        }
    }

    /// <summary>Counts a decision.</summary>
    public void Add(Decision decision, Configuration configuration, Instant at)
    {
        lock (gate)
        {
            if (!ReferenceEquals(configuration, current)) Switch(configuration);
            decided++;
            Interlocked.Increment(ref all);
            var off = configuration.At(at).Off;
            for (var i = 0; i < off.Length; i++)
                if (off[i]) running[i].Evaluated--;
            foreach (var error in decision.Errors.Concat(decision.ShadowErrors))
            {
                var entry = Of(error.Rule, isSignal: false);
                entry.Errors++;
                (entry.LastError, entry.LastErrorAt) = (error.Message, at);
            }
            foreach (var rule in decision.Unavailable) Of(rule, isSignal: true).Unavailable++;
        }
    }

    private void Switch(Configuration configuration)
    {
        Settle();
        current = configuration;
        running.Clear();
        foreach (var rule in configuration.Rules.SignalRules) running.Add(Of(rule.Name, isSignal: true));
    }

    private void Settle()
    {
        foreach (var entry in running) entry.Evaluated += decided;
        decided = 0;
    }

    private Entry Of(string rule, bool isSignal)
    {
        if (!entries.TryGetValue(rule, out var entry)) entries.Add(rule, entry = new Entry(rule));
        entry.IsSignal |= isSignal;
        return entry;
    }

    private sealed class Entry(string rule)
    {
        public string Rule => rule;

        public bool IsSignal { get; set; }

        public long Evaluated { get; set; }

        public long Errors { get; set; }

        public long Unavailable { get; set; }

        public string? LastError { get; set; }

        public Instant? LastErrorAt { get; set; }

        public RuleCount ToCount() => new(rule, IsSignal ? Evaluated : null, Errors, Unavailable, LastError, LastErrorAt);
    }
}
