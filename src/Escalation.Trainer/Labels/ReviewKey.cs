using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.History.Reading;

namespace Escalation.Trainer.Labels;

/// <summary>review.key.csv: why each message of a review.csv is asked, and how it was drawn. Whoever answers must not see it; it is joined to the answers by the message.</summary>
public static class ReviewKey
{
    private static readonly string[] Columns = ["message_id", "why", "design", "stratum", "probability"];

    /// <summary>Where the key of a review stands: beside it, <c>review.key.csv</c> for <c>review.csv</c>.</summary>
    public static string Of(string review) => Path.ChangeExtension(review, ".key.csv");

    internal static void Write(string path, IReadOnlyList<ReviewItem> items) => ReviewFile.WriteTable(path, Columns, items.Select(i => (string?[])
        [i.Message.Id, Wire.Name(i.Reason), i.Draw?.Design, i.Draw?.Stratum, i.Draw?.Probability.ToString("R", CultureInfo.InvariantCulture)]));

    /// <summary>By message id.</summary>
    internal static IReadOnlyDictionary<string, (ReviewReason Reason, AuditDraw? Draw)> Read(string path, List<string> problems)
    {
        var key = new Dictionary<string, (ReviewReason, AuditDraw?)>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            problems.Add($"{path}: is not there; 'escalation labels review --out' wrote it beside the file that was filled in: put it there, or name it with --key");
            return key;
        }
        CsvTable.Read(path, Columns, "it is the file that 'escalation labels review --out' wrote beside the one that was filled in", row =>
        {
            if (!Wire.TryParse<ReviewReason>(row["why"], out var reason)) problems.Add(row.Problem($"why: '{row["why"]}' is none of {string.Join(", ", Wire.All<ReviewReason>())}"));
            else if (reason != ReviewReason.Audit) key[row["message_id"]] = (reason, null);
            else if (double.TryParse(row["probability"], CultureInfo.InvariantCulture, out var chance) && chance is > 0 and <= 1) key[row["message_id"]] = (reason, new AuditDraw(row["design"], row["stratum"], chance));
            else problems.Add(row.Problem($"probability: '{row["probability"]}' is no chance above 0 and at most 1; an audit cannot be weighted without it"));
        }, problems);
        return key;
    }
}
