using CsvHelper;
using Escalation.Core.Tickets;
using Escalation.History.Reading;

namespace Escalation.Trainer.Labels;

/// <summary>What a person answered for one message.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="Reason">Why it was asked.</param>
/// <param name="Frustrated">The answer; null = left open.</param>
/// <param name="Needed">Whether somebody senior was needed; null = left open.</param>
/// <param name="Note">Free text.</param>
/// <param name="Draw">How it was drawn, for an audit.</param>
public sealed record ReviewAnswer(string MessageId, ReviewReason Reason, FrustratedAnswer? Frustrated, bool? Needed, string? Note, AuditDraw? Draw);

/// <summary>review.csv: what people fill in and hand back. It shows the text and nothing that would lead them: no earlier label, no probability, not why a message is asked, nor in what order that was found.</summary>
public static class ReviewFile
{
    private static readonly string[] Columns = ["message_id", "ticket_id", "channel", "at", "text", "frustrated", "needed", "note"];
    private static readonly string[] Needed = ["message_id", "frustrated"];

    /// <summary>Writes the file and its key beside it (<see cref="ReviewKey.Of"/>), each whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="items">What is asked; it is shuffled.</param>
    /// <param name="seed">Of the order.</param>
    /// <exception cref="IOException">The disk refused; what stood there before still stands.</exception>
    public static void Write(string path, IReadOnlyList<ReviewItem> items, int seed)
    {
        var mixed = items.ToArray();
        new Random(seed).Shuffle(mixed);
        ReviewKey.Write(ReviewKey.Of(path), items);
        WriteTable(path, Columns, mixed.Select(i => i.Message).Select(m => (string?[])[m.Id, m.Ticket?.Value, m.Channel, m.At?.ToString(), m.Text, "", "", ""]));
    }

    internal static void WriteTable(string path, IReadOnlyList<string> columns, IEnumerable<string?[]> rows)
    {
        var part = path + ".part";
        try
        {
            using (var csv = CsvWriter.ToFile(part))
            {
                foreach (var row in rows.Prepend([.. columns]))
                {
                    foreach (var cell in row) csv.WriteField(cell ?? "");
                    csv.EndRecord();
                }
            }
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Reads what people filled in; rows that were left open are skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Its key; null = beside it.</param>
    /// <param name="problems">What is wrong where; with any nothing should be recorded.</param>
    public static IReadOnlyList<ReviewAnswer> Read(string path, string? key, List<string> problems)
    {
        var answers = new List<ReviewAnswer>();
        var place = key ?? ReviewKey.Of(path);
        var asked = ReviewKey.Read(place, problems);
        if (problems.Count > 0) return answers;
        CsvTable.Read(path, Needed, "fill in the file that 'escalation labels review --out' wrote", row =>
        {
            if (Answer(row, asked, place, problems) is { } answer) answers.Add(answer);
        }, problems);
        return answers;
    }

    private static ReviewAnswer? Answer(CsvTableRow row, IReadOnlyDictionary<string, (ReviewReason Reason, AuditDraw? Draw)> asked, string key, List<string> problems)
    {
        FrustratedAnswer? frustrated = row["frustrated"].ToLowerInvariant() switch
        {
            "" => null,
            "yes" or "1" or "true" => FrustratedAnswer.Yes,
            "no" or "0" or "false" => FrustratedAnswer.No,
            "cant_tell" or "can't tell" => FrustratedAnswer.CantTell,
            _ => Wrong<FrustratedAnswer>($"frustrated: '{row["frustrated"]}' is none of yes, no, cant_tell"),
        };
        bool? needed = row["needed"].ToLowerInvariant() switch
        {
            "" => null,
            "yes" or "1" or "true" => true,
            "no" or "0" or "false" => false,
            _ => Wrong<bool>($"needed: '{row["needed"]}' is neither yes nor no"),
        };
        if (frustrated is null && needed is null) return null;
        if (asked.TryGetValue(row["message_id"], out var why)) return new ReviewAnswer(row["message_id"], why.Reason, frustrated, needed, row["note"] is { Length: > 0 } note ? note : null, why.Draw);
        Wrong<int>(row["message_id"].Length == 0 ? "message_id: is blank" : $"message_id: {row["message_id"]} is none of those asked in {key}; is it the key of this file?");
        return null;

        T? Wrong<T>(string what) where T : struct
        {
            problems.Add(row.Problem(what));
            return null;
        }
    }
}
