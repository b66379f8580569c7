using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>A tables/NAME.csv as stored: UTF-8 without byte order mark, LF.</summary>
internal sealed record TableSource(string Name, string File, string Text);

/// <summary>Reads tables/NAME.csv: a header of facts with operators and of what a row chooses, then a row a rule, <c>-</c> for any.</summary>
/// <param name="parse">Parses and guards the expression of a header; null with a problem.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class TableDocument(Func<DocumentNode, string, Expression?> parse, ProblemList problems)
{
    /// <summary>The cell that says nothing.</summary>
    public const string Any = "-";

    /// <summary>Columns that are chosen by a row, not compared.</summary>
    public static readonly IReadOnlyList<string> Outputs = ["rule", "team", "priority", "slaHours", "calendar", "owner", "note"];

    /// <summary>The rows as routing rules, in order; those with problems are left out.</summary>
    /// <param name="table">The file.</param>
    /// <param name="reference">The entry of routing.json that names it: its condition must hold too, and its Properties stand in for columns that the table has not.</param>
    public IReadOnlyList<WorkflowRule> Rows(TableSource table, WorkflowRule reference)
    {
        var lines = table.Text.Split('\n');
        var header = Cells(lines[0], 1, table);
        if (header is null || Columns(header, table) is not { } columns) return [];
        var read = new List<Row>();
        for (var i = 1; i < lines.Length; i++)
            if (lines[i].Trim().Length > 0 && ReadRow(lines[i], i + 1, header, columns, table, reference) is { } row) read.Add(row);
        if (read.Count == 0 && !problems.HasErrors) problems.Warn(new Place(table.File, 1, 1), reference.Name, "the table has no row; take it out of routing.json or write one");
        WarnOfUnreachable(read, columns);
        return [.. read.Select(r => r.Rule)];
    }

    private List<CsvCell>? Cells(string line, int number, TableSource table)
    {
        var cells = CsvLine.Split(line, out var open);
        if (open) problems.Error(new Place(table.File, number, cells[^1].Column), table.Name, "the double quote that begins here is not closed in this line");
        return open ? null : cells;
    }

    /// <summary>What each column compares; null for those that a row chooses.</summary>
    private TableColumn?[]? Columns(List<CsvCell> header, TableSource table)
    {
        var columns = new TableColumn?[header.Count];
        var sound = true;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < header.Count; i++)
        {
            var place = new Place(table.File, 1, header[i].Column);
            var text = header[i].Text;
            if (text.Length == 0) sound = Wrong(place, "the header is blank; name a fact, or one of " + string.Join(", ", Outputs));
            else if (!seen.Add(string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)))) sound = Wrong(place, $"the column \"{text}\" stands here a second time; keep one");
            else if (Outputs.Contains(text)) continue;
            else if (text.Contains(';', StringComparison.Ordinal) && header.Count == 1) sound = Wrong(place, "columns are separated by commas; save the sheet as CSV with commas");
            else if (text.All(char.IsLetter) && Suggestion.Nearest(text, Outputs) is { } near) sound = Wrong(place, $"there is no column \"{text}\"; did you mean \"{near}\"?");
            else if (TableColumn.Read(DocumentNode.OnePlace(text, place), table.Name, node => parse(node, table.Name), problems) is { } column) columns[i] = column;
            else sound = false;
        }
        return sound ? columns : null;

        bool Wrong(Place place, string message)
        {
            problems.Error(place, table.Name, message);
            return false;
        }
    }

    private Row? ReadRow(string line, int number, List<CsvCell> header, TableColumn?[] columns, TableSource table, WorkflowRule reference)
    {
        if (Cells(line, number, table) is not { } cells) return null;
        var place = new Place(table.File, number, 1);
        if (cells.Count != header.Count)
        {
            problems.Error(place with { Column = cells[Math.Min(cells.Count - 1, header.Count)].Column }, table.Name,
                $"this row has {cells.Count} cells, the header has {header.Count}; write - for any, and put a value with a comma in \"double quotes\"");
            return null;
        }
        var named = header.FindIndex(h => h.Text == "rule") is >= 0 and var at && cells[at].Text is not ("" or Any) ? cells[at].Text : number.ToString(CultureInfo.InvariantCulture);
        var name = $"{reference.Name}/{named}";
        var (conditions, chosen, sound) = (new List<Condition>(), new List<DocumentMember>(), true);
        if (reference.Condition.Text != "true") conditions.Add(reference.Condition);
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = DocumentNode.OnePlace(cells[i].Text, place with { Column = cells[i].Column });
            if (cell.Text.Length == 0 && columns[i] is not null) sound = Blank(cell);
            else if (cell.Text is Any or "") continue;
            else if (columns[i] is not { } column) AddChosen(header[i].Text, cell);
            else if (column.Condition(cell, name, problems) is { } condition) conditions.Add(new Condition.Leaf(condition));
            else sound = false;
        }
        if (!sound) return null;
        var all = conditions.Count switch { 0 => new Condition.Leaf(DocumentNode.OnePlace("true", place)), 1 => conditions[0], _ => new Condition.Joined(true, conditions) };
        var inherited = reference.Properties.Node.Members.Where(m => m.Name != "table" && !chosen.Exists(c => c.Name == m.Name));
        var properties = new DocumentNode { Kind = JsonValueKind.Object, Place = place, Members = [.. chosen, .. inherited] };
        return new Row(new WorkflowRule(name, place, reference.Enabled, all, reference.Names, ObjectReader.Of(properties, problems, name)!), [.. cells.Select(c => c.Text)]);

        bool Blank(DocumentNode cell)
        {
            problems.Error(cell.Place, name, "the cell is blank; write - for any");
            return false;
        }

        void AddChosen(string column, DocumentNode cell)
        {
            if (column == "rule") return;
            var number = column == "slaHours" && double.TryParse(cell.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) ? hours : double.NaN;
            chosen.Add(new DocumentMember(column, cell.Place, double.IsNaN(number) ? cell : new DocumentNode { Kind = JsonValueKind.Number, Place = cell.Place, Text = cell.Text, Number = number }));
        }
    }

    /// <summary>A row of which an earlier one asks no more is dead: that is a slip, but it decides nothing wrongly.</summary>
    private void WarnOfUnreachable(List<Row> rows, TableColumn?[] columns)
    {
        for (var later = 1; later < rows.Count; later++)
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (!Covers(rows[earlier], rows[later])) continue;
                var before = rows[earlier].Rule;
                problems.Warn(rows[later].Rule.Place, rows[later].Rule.Name, rows[earlier].Cells.SequenceEqual(rows[later].Cells)
                    ? $"is a copy of the row in line {before.Place.Line}; keep one"
                    : $"is never reached: the row in line {before.Place.Line} (\"{before.Name}\") matches whatever this one does");
                break;
            }

        bool Covers(Row wide, Row narrow)
        {
            for (var i = 0; i < columns.Length; i++)
                if (columns[i] is { } column && !column.Covers(wide.Cells[i], narrow.Cells[i])) return false;
            return true;
        }
    }

    private sealed record Row(WorkflowRule Rule, string[] Cells);
}
