using System.Globalization;
using System.Text;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>What the columns of a history CSV mean.</summary>
internal sealed class Columns
{
    private readonly (Field Field, string? Part)[] meanings;
    private readonly bool[] objects = new bool[Fields.Count];

    private Columns((Field, string?)[] meanings)
    {
        this.meanings = meanings;
        foreach (var (field, part) in meanings)
            if (part is not null) objects[(int)field] = true;
    }

    public int Count => meanings.Length;

    public static bool TryParse(string[] header, string file, out Columns columns, out InputProblem? problem)
    {
        var meanings = new (Field, string?)[header.Length];
        problem = null;
        for (var i = 0; i < header.Length && problem is null; i++)
        {
            var name = i == 0 ? header[i].TrimStart('\uFEFF') : header[i];
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var (head, part) = dot < 0 ? (name, null) : (name[..dot], name[(dot + 1)..]);
            if (!Fields.TryFind(Encoding.UTF8.GetBytes(head), out var field) || (part is not null) != (Fields.Shape(field) == FieldShape.Object))
                problem = new InputProblem(file, 1, name, "is no known column; columns have the names of the JSON fields, actor.kind for what is nested, attributes.NAME for further fields");
            else if (Array.IndexOf(meanings, (field, part), 0, i) >= 0) problem = new InputProblem(file, 1, name, "stands twice in the header; keep one");
            meanings[i] = (field, part);
        }
        columns = new Columns(meanings);
        return problem is null;
    }

    /// <summary>Puts a row's cells into the draft; an empty cell is an absent field, but for text and customerId.</summary>
    public void Fill(RecordDraft draft, string[] cells)
    {
        for (var i = 0; i < cells.Length && !draft.Failed; i++)
        {
            var (field, part) = meanings[i];
            var cell = cells[i];
            if (part is not null || (cell.Length == 0 && field is not (Field.Text or Field.CustomerId))) continue;
            if (draft.Mark(field)) Put(draft, field, cell);
        }
        for (var field = 0; field < objects.Length && !draft.Failed; field++)
            if (objects[field]) PutObject(draft, (Field)field, cells);
    }

    /// <summary>Puts a cell into a field that holds no object.</summary>
    public static void Put(RecordDraft draft, Field field, string cell)
    {
        switch (Fields.Shape(field))
        {
            case FieldShape.Text: draft.SetText(field, cell); break;
            case FieldShape.Time: draft.SetTime(field, Encoding.UTF8.GetBytes(cell)); break;
            case FieldShape.Integer when int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var whole): draft.Set(field, (double)whole); break;
            case FieldShape.Integer: draft.Fail(field, $"\"{cell}\" is no whole number from 0 on"); break;
            case FieldShape.Number when double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number): draft.Set(field, number); break;
            case FieldShape.Number: draft.Fail(field, $"\"{cell}\" is no number; write it as 12.5"); break;
            case FieldShape.Flag when cell is "true" or "1" or "yes": draft.Set(field, 1d); break;
            case FieldShape.Flag when cell is "false" or "0" or "no": draft.Set(field, 0d); break;
            case FieldShape.Flag: draft.Fail(field, $"\"{cell}\" must be true or false"); break;
            case FieldShape.Words when field == Field.Tags: draft.Tags = Split(cell); break;
            case FieldShape.Words: draft.WrongSignals = Split(cell); break;
            default: draft.Set(field, cell); break;
        }
    }

    private static string[] Split(string cell) => cell.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private void PutObject(RecordDraft draft, Field field, string[] cells)
    {
        var parts = new ObjectParts(draft, field);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var any = false;
        for (var i = 0; i < cells.Length; i++)
        {
            if (meanings[i].Field != field || meanings[i].Part is not { } part || cells[i].Length == 0) continue;
            any = true;
            if (field == Field.Attributes) attributes[part] = cells[i];
            else if (part is "score" or "probability")
            {
                if (double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) parts.Number(part, number);
                else draft.Fail(Fields.Name(field) + "." + part, $"\"{cells[i]}\" is no number");
            }
            else parts.Text(part, cells[i]);
        }
        if (!any || draft.Failed || !draft.Mark(field)) return;
        if (field == Field.Attributes) draft.Attributes = attributes;
        else parts.Finish();
    }
}
