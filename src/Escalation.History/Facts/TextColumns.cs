using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.History.Reading;

namespace Escalation.History.Facts;

/// <summary>Makes columns anew that depend on nothing but each text and a model or list of words, from the texts that are kept: no history is read.</summary>
public static class TextColumns
{
    /// <summary>The columns that can be made so.</summary>
    public const FactColumns All = FactColumns.Frustration | FactColumns.Keywords | FactColumns.Team;

    private const int Block = 4096;

    /// <summary>Writes missing columns of a table.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="keys">What the table's columns are computed from.</param>
    /// <param name="missing">The columns to write.</param>
    /// <param name="analyzer">The configuration's analyzer.</param>
    /// <param name="workers">Threads; the result does not depend on it.</param>
    /// <param name="cancellation">Ends between some thousand rows; nothing is left behind.</param>
    /// <returns>False where a missing column needs more than texts, or where what it is made of is not there; then nothing is written.</returns>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public static bool TryMake(string cache, FactColumnKeys keys, FactColumns missing, TextAnalyzer analyzer, int workers, CancellationToken cancellation)
    {
        if (missing == FactColumns.None || (missing & ~All) != 0) return false;
        var folder = FactTableFiles.FolderOf(cache, keys);
        bool IsMissing(FactColumns column) => missing.HasFlag(column);
        using var texts = Open(FactColumns.Text);
        using var messages = Open(FactColumns.Message);
        using var records = IsMissing(FactColumns.Keywords) ? RowColumn.Open(FactTableFiles.RecordsOf(folder), keys.Observed) : null;
        using var earlier = IsMissing(FactColumns.Frustration) ? EarlierRows.Open(folder, keys.Observed) : null;
        if (texts is null || messages is null || (IsMissing(FactColumns.Keywords) && records is null) || (IsMissing(FactColumns.Frustration) && earlier is null)) return false;
        using RowWriter? keywords = Begin(FactColumns.Keywords), teams = Begin(FactColumns.Team), frustration = Begin(FactColumns.Frustration);
        var scores = new double[frustration is null ? 0 : texts.Count];
        var ahead = new Queue<Ahead<Found[]>>();
        for (int next = 0, taken = 0; taken < texts.Count;)
        {
            for (; next < texts.Count && ahead.Count <= workers * 2; next += Block)
            {
                cancellation.ThrowIfCancellationRequested();
                var (first, end) = (next, Math.Min(texts.Count, next + Block));
                ahead.Enqueue(new Ahead<Found[]>(() => Analyze(first, end), workers > 1));
            }
            foreach (var found in ahead.Dequeue().Take())
            {
                if (frustration is not null) scores[taken] = found.Frustration;
                Add(keywords, found.Keywords, FactCodec.Write);
                Add(teams, found.Team, FactCodec.Write);
                taken++;
            }
        }
        for (var row = 0; row < scores.Length; row++) Add(frustration, earlier!.FactsOf(row, scores), FactCodec.Write);
        keywords?.Complete(keys[FactColumns.Keywords]);
        teams?.Complete(keys[FactColumns.Team]);
        frustration?.Complete(keys[FactColumns.Frustration]);
        return true;

        RowColumn? Open(FactColumns column) => RowColumn.Open(FactTableFiles.PathOf(folder, column, keys), keys[column]);

        RowWriter? Begin(FactColumns column) => IsMissing(column) ? new RowWriter(FactTableFiles.PathOf(folder, column, keys)) : null;

        Found[] Analyze(int first, int end)
        {
            var all = new Found[end - first];
            for (var row = first; row < end; row++)
            {
                var text = texts.At(row).Text();
                var message = FactCodec.ReadMessage(messages.At(row), text, null);
                var language = message.LanguageKnown ? message.Language : null;
                all[row - first] = new Found(
                    frustration is null ? double.NaN : analyzer.FrustrationOf(text, language, message.WordCount),
                    teams is null ? null : analyzer.TeamOf(text, language, message.WordCount),
                    keywords is null ? null : analyzer.KeywordsOf(TextCleaner.Clean(FactTable.RowOf(records!.At(row)).Text)));
            }
            return all;
        }
    }

    private static void Add<T>(RowWriter? column, T? facts, Action<RowWriter, T> write)
    {
        if (column is null) return;
        write(column, facts!);
        column.EndRow();
    }

    private readonly record struct Found(double Frustration, TeamFacts? Team, KeywordFacts? Keywords);
}
