using System.Globalization;
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

/// <summary>review.csv: what people fill in and hand back. It shows the text and nothing that would lead them: no earlier label, no probability.</summary>
public static class ReviewFile
{
    private static readonly string[] Columns = ["message_id", "ticket_id", "channel", "at", "text", "frustrated", "needed", "note", "why", "design", "stratum", "probability"];
    private static readonly string[] Needed = ["message_id", "frustrated", "why"];

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="IOException">The disk refused; what stood there before still stands.</exception>
    public static void Write(string path, IReadOnlyList<ReviewItem> items)
    {
        var part = path + ".part";
        try
        {
            using (var csv = CsvWriter.ToFile(part))
            {
                foreach (var column in Columns) csv.WriteField(column);
                csv.EndRecord();
                foreach (var (message, reason, draw) in items)
                {
                    string?[] cells =
                    [
                        message.Id, message.Ticket?.Value, message.Channel, message.At?.ToString(), message.Text, "", "", "", Wire.Name(reason),
                        draw?.Design, draw?.Stratum, draw?.Probability.ToString("R", CultureInfo.InvariantCulture),
                    ];
                    foreach (var cell in cells) csv.WriteField(cell ?? "");
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
    /// <param name="problems">What is wrong where; with any nothing should be recorded.</param>
    public static IReadOnlyList<ReviewAnswer> Read(string path, List<string> problems)
    {
        var answers = new List<ReviewAnswer>();
        CsvTable.Read(path, Needed, "fill in the file that 'escalation labels review --out' wrote", row =>
        {
            if (Answer(row, problems) is { } answer) answers.Add(answer);
        }, problems);
        return answers;
    }

    private static ReviewAnswer? Answer(CsvTableRow row, List<string> problems)
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
        if (row["message_id"].Length == 0) Wrong<int>("message_id: is blank");
        if (!Wire.TryParse<ReviewReason>(row["why"], out var reason)) Wrong<int>($"why: '{row["why"]}' is none of {string.Join(", ", Wire.All<ReviewReason>())}");
        AuditDraw? draw = null;
        if (reason == ReviewReason.Audit)
        {
            if (double.TryParse(row["probability"], CultureInfo.InvariantCulture, out var chance) && chance is > 0 and <= 1) draw = new AuditDraw(row["design"], row["stratum"], chance);
            else Wrong<int>($"probability: '{row["probability"]}' is no chance above 0 and at most 1; an audit cannot be weighted without it");
        }
        return new ReviewAnswer(row["message_id"], reason, frustrated, needed, row["note"] is { Length: > 0 } note ? note : null, draw);

        T? Wrong<T>(string what) where T : struct
        {
            problems.Add(row.Problem(what));
            return null;
        }
    }
}
