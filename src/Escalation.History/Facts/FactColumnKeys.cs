using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>The keys of a table's columns: the history, and of a configuration only what the column depends on.</summary>
/// <remarks>So a new rule keeps every column, and a new keyword list every column but one. Source: "Three layers" in DESIGN.md.</remarks>
public sealed class FactColumnKeys
{
    private readonly Dictionary<FactColumns, string> keys;

    private FactColumnKeys(string observed, Dictionary<FactColumns, string> keys) => (Observed, this.keys) = (observed, keys);

    /// <summary>Hash of the history.</summary>
    public string Observed { get; }

    /// <summary>A column's key, 64 hex digits.</summary>
    public string this[FactColumns column] => keys[column];

    /// <summary>The keys of several columns in one, 64 hex digits.</summary>
    public string Of(FactColumns columns) => Hash(string.Join('\n', FactColumnNames.Each.Where(c => columns.HasFlag(c)).Select(c => keys[c])));

    /// <summary>The columns that differ between two tables of one history.</summary>
    public FactColumns Differing(FactColumnKeys other) => FactColumnNames.Each.Where(c => keys[c] != other.keys[c]).Aggregate(FactColumns.None, (all, c) => all | c);

    /// <summary>The keys under a configuration.</summary>
    /// <param name="observed">Hash of the history.</param>
    /// <param name="configuration">Rules and models.</param>
    public static FactColumnKeys Of(string observed, Configuration configuration)
    {
        var (text, policy) = (configuration.Rules.Text, configuration.Policy);
        // The build stands for the code that computes: a cache of another build is never taken.
        var engine = new { observed, Configuration.EngineVersion, Build = typeof(DerivedFacts).Module.ModuleVersionId };
        var context = new { text.Context.Definition, text.Context.Catalogue };
        var calendar = configuration.DefaultCalendar;
        object ResourceOf(FactColumns column) => column switch
        {
            FactColumns.Message => new { policy.DefaultLanguage },
            FactColumns.Customer => new { policy.HighValue },
            FactColumns.Contacts => new { context, policy.ContactGapMinutes },
            FactColumns.Frustration => new { Model = configuration.Frustration?.Version.Value, policy.DefaultLanguage },
            FactColumns.Context => context,
            FactColumns.Keywords => new { text.KeywordClasses },
            FactColumns.Incident => new { context, policy.Incident },
            FactColumns.Team => configuration.AskedTeam is { } team ? new { Model = team.Version.Value, Teams = configuration.Rules.Teams.Names, policy.DefaultLanguage } : new { },
            FactColumns.Clock => new { calendar.Zone.Id, Configuration.TimeZoneVersion, Calendar = Describe(calendar) },
            _ => new { },
        };
        return new FactColumnKeys(observed, FactColumnNames.Each.ToDictionary(c => c, c => Hash(JsonSerializer.Serialize(new { engine, column = c.ToString(), resource = ResourceOf(c) }))));
    }

    private static string Describe(BusinessCalendar calendar)
    {
        var monday = new LocalDate(1900, 1, 1);
        var week = Enumerable.Range(0, 7).Select(day => Enumerable.Range(0, 5_000).Select(w => monday.PlusDays(day + w * 7)).First(d => !calendar.IsHoliday(d)));
        return string.Join('|', week.Select(d => string.Join(',', calendar.SpansOf(d).ToArray()))) + string.Join(',', calendar.Holidays.Order());
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
