using System.Globalization;
using Escalation.Core.Derived;

namespace Escalation.Benchmarks.Extraction;

/// <summary>Issue type and urgency against labels-more.csv: further openers that one reader labelled to widen the cues, none of them in labels.csv.</summary>
/// <remarks>
/// Part <c>learn</c> is what was left of ibm_care: issue-words.csv learns from it, and from <c>tune</c> and <c>dev</c> as far as they are of
/// ibm_care; what is printed of these is no measurement of it. The errors of part <c>tune</c> were read while cues were written; <c>validation</c>
/// chose between ways to learn the words, and its errors were read then. Whoever labelled them also wrote cues and our openers, so all flatter:
/// only <c>test</c> of labels.csv is blind. <c>agreed</c> is what two readers who knew neither cues nor words said alike of 300 further openers of
/// twcs_sample (97 %); it chose the confidence below which words name no type. <c>unread</c> is 182 of the 237 openers that
/// were left of twcs_sample, labelled by one reader before he saw what is found in them; the 55 that left him in doubt are not in it, so it
/// flatters too. Its errors were read afterwards, but nothing was changed by them. It showed twice what does not help: cues written after the
/// errors of <c>agreed</c> took that part from 0.730 to 0.772 and left this one where it was; 1,203 further openers of our own, half of them
/// shorter than 40 characters, moved no part by more than chance does. An urgency of <c>?</c> was not read.
/// </remarks>
internal static class MoreOpeners
{
    private const string NotRead = "?";

    /// <summary>Prints both parts.</summary>
    public static void Print(string file, string dataFolder, Func<string, string, ContextFacts> extract)
    {
        var rows = CsvRows.Read(file).Skip(1).ToList();
        if (!OpenerTexts.TryRead(dataFolder, rows.Select(r => (r[0], r[1])), out var texts, out var problem)) throw new IOException(problem);
        foreach (var part in rows.GroupBy(r => r[2]))
        {
            var found = part.Select(r => extract(texts[(r[0], r[1])].Text, texts[(r[0], r[1])].Brand)).ToList();
            var issue = Agreement.Single([.. found.Select(f => f.IssueTypeKnown ? f.IssueType : "")], [.. part.Select(r => r[3] == "other" ? "" : r[3])]);
            var read = part.Zip(found).Where(p => p.First[4] != NotRead).ToList();
            var urgency = Agreement.Sets([.. read.Select(p => p.Second.Urgency)], [.. read.Select(p => p.First[4].Split('|', StringSplitOptions.RemoveEmptyEntries))]);
            var ofUrgency = read.Count == 0 ? "not read" : string.Create(CultureInfo.InvariantCulture, $"micro F1 {urgency.F1:0.000} precision {urgency.Precision:0.000} recall {urgency.Recall:0.000} (n {urgency.Gold})");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"more, {part.Key}, n = {found.Count}: issue type micro F1 {issue.F1:0.000} (n {issue.Gold}); urgency codes {ofUrgency}"));
        }
    }
}
