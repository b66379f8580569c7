using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Derived;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Core.Decisions;

/// <summary>Rule set + models + engine version + time zone data version + snoozes and quarantines in force: one id on every decision.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class Configuration
{
    /// <summary>Version of the decision path itself: raised by every change that may change a decision.</summary>
    public const string EngineVersion = "1";

    private readonly ConfigurationTimeline timeline;

    /// <summary>A configuration without exceptions, in which effective dates count; its id follows from its parts.</summary>
    public Configuration(IRuleSet rules, IFrustrationModel? frustration, ITeamModel? team, TextAnalyzer? analyzer = null)
        : this(rules, frustration, team, analyzer, [], true)
    {
    }

    private Configuration(IRuleSet rules, IFrustrationModel? frustration, ITeamModel? team, TextAnalyzer? analyzer, IReadOnlyList<RuleException> exceptions, bool effectiveDates)
    {
        (Rules, Frustration, Team) = (rules, frustration, team);
        DefaultCalendar = CalendarOf(rules.Policy.DefaultCalendar);
        (Exceptions, EffectiveDates) = (exceptions, effectiveDates);
        Analyzer = analyzer ?? new TextAnalyzer(rules.Text, rules.Policy.DefaultLanguage, frustration, AskedTeam, rules.Teams);
        var parts = string.Join('\n', rules.Version.Value, frustration?.Version.Value, AskedTeam?.Version.Value, EngineVersion, TimeZoneVersion);
        if (!effectiveDates && rules.SignalRules.Any(r => r.IsDated)) parts += "\neffective dates do not count";
        Id = new ConfigurationId(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts))));
        timeline = new ConfigurationTimeline(Id, rules, exceptions, effectiveDates);
    }

    /// <summary>Version of the time zone data that calendars are computed with.</summary>
    public static string TimeZoneVersion { get; } = DateTimeZoneProviders.Tzdb.VersionId;

    /// <summary>The id while no exception is in force; that of a decision is <see cref="At"/>'s.</summary>
    public ConfigurationId Id { get; }

    /// <summary>Every snooze and quarantine known, in force or not: decisions of any time ask them.</summary>
    public IReadOnlyList<RuleException> Exceptions { get; }

    /// <summary>Whether rules run only within their effective dates.</summary>
    public bool EffectiveDates { get; }

    /// <summary>What holds at an instant, which is the receivedAt of the message decided.</summary>
    public InForce At(Instant decidedAt) => timeline.At(decidedAt);

    /// <summary>The same with other exceptions; derived facts stay as they are.</summary>
    public Configuration With(IReadOnlyList<RuleException> exceptions) => new(Rules, Frustration, Team, Analyzer, exceptions, EffectiveDates);

    /// <summary>The same with another analyzer of the same text resources and models.</summary>
    public Configuration With(TextAnalyzer analyzer) => new(Rules, Frustration, Team, analyzer, Exceptions, EffectiveDates);

    /// <summary>The same with other rules; exceptions stay.</summary>
    public Configuration With(IRuleSet rules) => new(rules, Frustration, Team, null, Exceptions, EffectiveDates);

    /// <summary>The same with other models; exceptions stay.</summary>
    public Configuration With(IFrustrationModel? frustration, ITeamModel? team) => new(Rules, frustration, team, null, Exceptions, EffectiveDates);

    /// <summary>The same where every rule counts on every message of any time: replay, impact and cases ask what rules do, not when.</summary>
    public Configuration Timeless() => EffectiveDates || Exceptions.Count > 0 ? new(Rules, Frustration, Team, Analyzer, [], false) : this;

    /// <summary>The rule set.</summary>
    public IRuleSet Rules { get; }

    /// <summary>The rule set's policy.</summary>
    public Policy Policy => Rules.Policy;

    /// <summary>The calendar of <c>clock.InBusinessHours</c>.</summary>
    public BusinessCalendar DefaultCalendar { get; }

    /// <summary>A calendar by name; the default one where the rule set has none of that name (the loader refuses such names).</summary>
    public BusinessCalendar CalendarOf(string name) =>
        Rules.Calendars.TryGetValue(name, out var calendar) || Rules.Calendars.TryGetValue(Policy.DefaultCalendar, out calendar) ? calendar : BusinessCalendar.Always;

    /// <summary>The frustration model; null = rules only.</summary>
    public IFrustrationModel? Frustration { get; }

    /// <summary>The team model; null = rules only.</summary>
    public ITeamModel? Team { get; }

    /// <summary>The team model where <see cref="IRuleSet.ReadsTeam"/>; else null: it is not run then, and no part of the id.</summary>
    public ITeamModel? AskedTeam => Rules.ReadsTeam ? Team : null;

    /// <summary>Text resources and models together.</summary>
    public TextAnalyzer Analyzer { get; }
}
