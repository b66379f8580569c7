using Escalation.Core.Derived.Text;

namespace Escalation.Trainer;

/// <summary>Which languages a model may be asked for: those given, else those of enough training rows.</summary>
internal static class TrainedLanguages
{
    private const int FewestRows = 200, FewestOfAClass = 30;

    /// <summary>ISO 639-1 codes in order; en where no language has enough rows of two classes.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> given, IEnumerable<(string Text, string Class)> rows)
    {
        if (given.Count > 0) return given;
        var found = rows.Select(r => (Language: LanguageDetector.Detect(r.Text), r.Class)).Where(r => r.Language is not null).GroupBy(r => r.Language!)
            .Where(g => g.Count() >= FewestRows && g.GroupBy(r => r.Class, StringComparer.Ordinal).Count(c => c.Count() >= FewestOfAClass) > 1)
            .Select(g => g.Key).Order(StringComparer.Ordinal).ToArray();
        return found.Length > 0 ? found : ["en"];
    }
}
