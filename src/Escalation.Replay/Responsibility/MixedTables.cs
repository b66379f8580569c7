using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.History.Facts;

namespace Escalation.Replay.Responsibility;

/// <summary>The facts of messages under configurations that mix the parts of arms: each column from the table of an arm that has it so.</summary>
/// <remarks>A fact that rests on two mixed parts is in no table. Not thread-safe.</remarks>
/// <param name="tables">The arms' tables over one history.</param>
internal sealed class MixedTables(IReadOnlyList<FactTable> tables)
{
    private readonly Dictionary<Configuration, IReadOnlyList<(FactTable Table, FactColumns Columns)>?> sources = [];

    /// <summary>Whether the tables had all that was asked for.</summary>
    public bool HadAll { get; private set; } = true;

    /// <summary>The facts of a row to decide on; null where no table has some of them.</summary>
    public DerivedFacts? Read(int row, Configuration configuration)
    {
        if (!sources.TryGetValue(configuration, out var found)) sources.Add(configuration, found = SourcesOf(configuration));
        if (found is null) return null;
        var facts = found[0].Table.Read(row, found[0].Columns, toDecide: true);
        return found.Skip(1).Aggregate(facts, (all, source) => With(all, source.Table.Read(row, source.Columns, toDecide: true), source.Columns));
    }

    private List<(FactTable, FactColumns)>? SourcesOf(Configuration configuration)
    {
        var keys = FactColumnKeys.Of(tables[0].Keys.Observed, configuration);
        var (missing, found) = (FactColumns.All, new List<(FactTable, FactColumns)>());
        foreach (var table in tables)
        {
            var had = missing & ~keys.Differing(table.Keys);
            if ((had & FactColumns.Message) == 0) had &= ~FactColumns.Text;       // one fact of both
            if (had == FactColumns.None) continue;
            found.Add((table, had));
            missing &= ~had;
        }
        if (missing == FactColumns.None) return found;
        HadAll = false;
        return null;
    }

    private static DerivedFacts With(DerivedFacts facts, DerivedFacts other, FactColumns columns)
    {
        bool Has(FactColumns column) => (columns & column) != 0;
        return facts with
        {
            Message = Has(FactColumns.Message) ? other.Message : facts.Message,
            Ticket = Has(FactColumns.Ticket) ? other.Ticket : facts.Ticket,
            Customer = Has(FactColumns.Customer) ? other.Customer : facts.Customer,
            Contacts = Has(FactColumns.Contacts) ? other.Contacts : facts.Contacts,
            Frustration = Has(FactColumns.Frustration) ? other.Frustration : facts.Frustration,
            Context = Has(FactColumns.Context) ? other.Context : facts.Context,
            Keywords = Has(FactColumns.Keywords) ? other.Keywords : facts.Keywords,
            Incident = Has(FactColumns.Incident) ? other.Incident : facts.Incident,
            Team = Has(FactColumns.Team) ? other.Team : facts.Team,
            Attributes = Has(FactColumns.Attributes) ? other.Attributes : facts.Attributes,
            Clock = Has(FactColumns.Clock) ? other.Clock : facts.Clock,
        };
    }
}
