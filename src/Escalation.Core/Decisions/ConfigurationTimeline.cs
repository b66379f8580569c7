using NodaTime;

namespace Escalation.Core.Decisions;

/// <summary>The times at which what holds of a configuration changes: ends and beginnings of exceptions and of effective dates.</summary>
/// <remarks>Thread-safe; what holds between two changes is worked out when it is first asked for.</remarks>
internal sealed class ConfigurationTimeline
{
    private readonly ConfigurationId configuration;
    private readonly IRuleSet rules;
    private readonly IReadOnlyList<RuleException> exceptions;
    private readonly bool datesCount;
    private readonly Instant[] changes;
    private readonly InForce?[] between;

    public ConfigurationTimeline(ConfigurationId configuration, IRuleSet rules, IReadOnlyList<RuleException> exceptions, bool effectiveDates)
    {
        (this.configuration, this.rules, this.exceptions) = (configuration, rules, exceptions);
        datesCount = effectiveDates && rules.SignalRules.Any(r => r.IsDated);
        IEnumerable<Instant?> times = exceptions.SelectMany(e => (Instant?[])[e.From, e.Until]);
        if (datesCount) times = times.Concat(rules.SignalRules.SelectMany(r => (Instant?[])[r.EffectiveFrom, r.EffectiveTo]));
        changes = [.. times.OfType<Instant>().Distinct().Order()];
        between = new InForce?[changes.Length + 1];
    }

    public InForce At(Instant at)
    {
        var place = 0;
        if (changes.Length > 0)
        {
            place = Array.BinarySearch(changes, at);
            place = place < 0 ? ~place : place + 1;
        }
        return between[place] ??= Holding(place == 0 ? Instant.MinValue : changes[place - 1]);
    }

    private InForce Holding(Instant at) => new(
        configuration, rules, exceptions.Count == 0 ? [] : [.. exceptions.Where(e => e.IsInForceAt(at)).OrderBy(e => e.From).ThenBy(e => e.Id, StringComparer.Ordinal)],
        datesCount && rules.SignalRules.Any(r => !r.IsEffectiveAt(at)) ? [.. rules.SignalRules.Select(r => !r.IsEffectiveAt(at))] : []);
}
