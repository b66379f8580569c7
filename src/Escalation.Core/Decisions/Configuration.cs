using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Derived;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Core.Decisions;

/// <summary>Rule set + models + engine version + time zone data version: one id on every decision.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class Configuration
{
    /// <summary>Version of the decision path itself: raised by every change that may change a decision.</summary>
    public const string EngineVersion = "1";

    /// <summary>A configuration; its id follows from its parts.</summary>
    public Configuration(IRuleSet rules, IFrustrationModel? frustration, ITeamModel? team, TextAnalyzer? analyzer = null)
    {
        (Rules, Frustration, Team) = (rules, frustration, team);
        DefaultCalendar = CalendarOf(rules.Policy.DefaultCalendar);
        Analyzer = analyzer ?? new TextAnalyzer(rules.Text, rules.Policy.DefaultLanguage, frustration, team);
        var parts = string.Join('\n', rules.Version.Value, frustration?.Version.Value, team?.Version.Value, EngineVersion, TimeZoneVersion);
        Id = new ConfigurationId(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts))));
    }

    /// <summary>Version of the time zone data that calendars are computed with.</summary>
    public static string TimeZoneVersion { get; } = DateTimeZoneProviders.Tzdb.VersionId;

    /// <summary>The id.</summary>
    public ConfigurationId Id { get; }

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

    /// <summary>Text resources and models together.</summary>
    public TextAnalyzer Analyzer { get; }
}
