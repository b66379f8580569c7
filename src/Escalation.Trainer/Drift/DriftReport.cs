using System.Globalization;
using Escalation.Core.Derived.Text;

namespace Escalation.Trainer.Drift;

/// <summary>What changed between two sets of messages under one model, and whether that is inputs, labels or rules.</summary>
/// <param name="Figures">Every measure of every slice; <c>all</c> first.</param>
/// <param name="Scores">Shares of probability in tenths, then and now.</param>
/// <param name="Inputs">Whether what customers write changed.</param>
/// <param name="Labels">Whether what people say of the same texts changed, or how often they are asked.</param>
/// <param name="Rules">Whether the active rules changed.</param>
/// <param name="Verdict">One sentence each, for people.</param>
public sealed record DriftReport(
    IReadOnlyList<DriftFigure> Figures, IReadOnlyList<(string Bin, double First, double Second)> Scores, bool Inputs, bool Labels, bool Rules, IReadOnlyList<string> Verdict)
{
    private const int Bins = 10;
    private const string All = "all";

    /// <summary>Measures of inputs, and what moved with each.</summary>
    private static readonly Dictionary<string, string> InputMeasures = new(StringComparer.Ordinal)
    {
        ["scorePsi"] = "the model's probabilities",
        ["knownNgrams"] = "how much of the wording the model knows",
        ["channelMix"] = "the mix of channels",
        ["languageMix"] = "the mix of languages",
    };

    /// <summary>Whether anything moderate or large was found on the whole.</summary>
    public bool IsDrift => Inputs || Labels;

    /// <summary>Measures.</summary>
    /// <param name="before">The reference.</param>
    /// <param name="now">What is held against it.</param>
    /// <param name="model">Scores both.</param>
    public static DriftReport Of(IReadOnlyList<DriftRow> before, IReadOnlyList<DriftRow> now, DriftModel model)
    {
        var (first, second) = (Measured.Of(before, model), Measured.Of(now, model));
        var figures = new List<DriftFigure>();
        Add(figures, All, first, second, model.NamesTeams);
        figures.Add(Mix("channelMix", All, first, second, r => r.Row.Channel ?? "unknown"));
        figures.Add(Mix("languageMix", All, first, second, r => r.Language));
        foreach (var slice in first.Concat(second).SelectMany(r => r.Slices).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Add(figures, slice, [.. first.Where(r => r.Slices.Contains(slice))], [.. second.Where(r => r.Slices.Contains(slice))], model.NamesTeams);

        bool Moved(Func<DriftFigure, bool> which) => figures.Exists(f => f.Slice == All && f.Size is DriftSize.Moderate or DriftSize.Large && which(f));
        var inputs = figures.Exists(f => f.Slice == All && InputMeasures.ContainsKey(f.Measure) && f.Size is DriftSize.Moderate or DriftSize.Large);
        var given = Moved(f => f.Measure == "labelGivenScore");
        var balance = Moved(f => f.Measure == "classBalance");
        var asked = Moved(f => f.Measure == "labelRate");
        string[] rulesBefore = RulesOf(before), rulesNow = RulesOf(now);
        var rules = rulesBefore.Length + rulesNow.Length > 0 && !rulesBefore.SequenceEqual(rulesNow);
        return new DriftReport(figures, ScoresOf(first, second), inputs, ((given || balance) && !inputs) || asked, rules,
            Words(figures, inputs, given, balance, asked, rules, rulesBefore, rulesNow, model));
    }

    private static void Add(List<DriftFigure> figures, string slice, IReadOnlyList<Measured> before, IReadOnlyList<Measured> now, bool namesTeams)
    {
        figures.Add(DriftMeasures.Psi("scorePsi", slice, Histogram(before), Histogram(now)));
        figures.Add(DriftMeasures.Mean("knownNgrams", slice, [.. before.Select(r => r.Known)], [.. now.Select(r => r.Known)]));
        Measured[] asked = [.. before.Where(r => r.IsLabelled)], askedNow = [.. now.Where(r => r.IsLabelled)];
        figures.Add(namesTeams
            ? Mix("classBalance", slice, asked, askedNow, r => r.Row.Label!)
            : DriftMeasures.Share("classBalance", slice, (asked.Count(r => r.Row.Label == DriftRow.Yes), asked.Length), (askedNow.Count(r => r.Row.Label == DriftRow.Yes), askedNow.Length)));
        figures.Add(DriftMeasures.Share("labelRate", slice, (asked.Length, before.Count), (askedNow.Length, now.Count)));
        figures.Add(DriftMeasures.Mean("labelGivenScore", slice, Residuals(before), Residuals(now)));
    }

    /// <summary>How often people answer as the model does, less how often it expects that: it moves only where the same texts are judged otherwise.</summary>
    private static double[] Residuals(IReadOnlyList<Measured> rows) => [.. rows.Where(r => r.IsLabelled).Select(r => (r.Row.Label == r.Answer ? 1 : 0) - r.Score)];

    private static DriftFigure Mix(string measure, string slice, IReadOnlyList<Measured> before, IReadOnlyList<Measured> now, Func<Measured, string> of)
    {
        var kinds = before.Concat(now).Select(of).Distinct(StringComparer.Ordinal).ToList();
        int[] Count(IReadOnlyList<Measured> rows) => [.. kinds.Select(k => rows.Count(r => of(r) == k))];
        return DriftMeasures.Psi(measure, slice, Count(before), Count(now));
    }

    private static int[] Histogram(IReadOnlyList<Measured> rows)
    {
        var counts = new int[Bins];
        foreach (var row in rows) counts[Math.Min(Bins - 1, (int)(row.Score * Bins))]++;
        return counts;
    }

    private static List<(string, double, double)> ScoresOf(IReadOnlyList<Measured> before, IReadOnlyList<Measured> now)
    {
        var (first, second) = (Histogram(before), Histogram(now));
        return [.. Enumerable.Range(0, Bins).Select(b => (string.Create(CultureInfo.InvariantCulture, $".{b}"), first[b] / Math.Max(1.0, before.Count), second[b] / Math.Max(1.0, now.Count)))];
    }

    private static string[] RulesOf(IReadOnlyList<DriftRow> rows) => [.. rows.Select(r => r.RuleSet).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static List<string> Words(List<DriftFigure> figures, bool inputs, bool given, bool balance, bool asked, bool rules, string[] rulesBefore, string[] rulesNow, DriftModel model)
    {
        var words = new List<string>();
        var shares = model.NamesTeams ? "the mix of right teams" : "the share of yes";
        var whole = figures.Where(f => f.Slice == All).ToDictionary(f => f.Measure, StringComparer.Ordinal);
        var moved = InputMeasures.Where(m => whole[m.Key].Size is DriftSize.Moderate or DriftSize.Large).Select(m => $"{m.Value} ({(whole[m.Key].Size == DriftSize.Large ? "much" : "somewhat")})");
        words.Add(whole["scorePsi"].Size == DriftSize.TooFew ? "Inputs: too few messages to tell." : inputs ? $"Inputs changed: {string.Join(", ", moved)}." : "Inputs: no change that matters.");
        words.Add(whole["labelGivenScore"].Size == DriftSize.TooFew ? $"Labels: too few ({whole["labelGivenScore"].NBefore} and {whole["labelGivenScore"].NNow}) to tell."
            : given && inputs ? "Labels: what people say fits the scores otherwise than before, and inputs changed too: the model may be wrong on what is new, or people judge otherwise; 'escalation labels review' tells more."
            : given ? "Labels changed: people judge texts of the same score otherwise than before; look at 'escalation labels review' before you retrain."
            : balance ? inputs ? $"Labels: {shares} moved, and with it what customers write; people judge texts of the same score as before." : $"Labels changed: {shares} moved, and what customers write did not."
            : "Labels: no change that matters.");
        if (asked) words.Add("How often people are asked changed: figures of labelled messages speak of others than before.");
        words.Add(rules ? $"Rules changed: {string.Join(", ", rulesBefore.Select(Short))} then, {string.Join(", ", rulesNow.Select(Short))} now." : rulesBefore.Length == 0 ? "Rules: not known here." : "Rules: the same.");
        if (whole["knownNgrams"] is { } foreign && (foreign.Now < model.ForeignBelow || foreign is { Size: DriftSize.Large, Effect: < 0 }))
            words.Add(string.Create(CultureInfo.InvariantCulture, $"The model knows {foreign.Now:0%} of the n-grams: these texts look foreign to it, and it is weak on them until retrained."));
        return words;
    }

    private static string Short(string version) => version.Length > 12 ? version[..12] : version;

    private sealed record Measured(DriftRow Row, double Score, string Answer, double Known, string Language)
    {
        public IReadOnlyList<string> Slices { get; } = Row.Channel is { } channel ? [$"channel={channel}", $"language={Language}"] : [$"language={Language}"];

        public bool IsLabelled => Row.Label is not null;

        public static IReadOnlyList<Measured> Of(IReadOnlyList<DriftRow> rows, DriftModel model)
        {
            var shares = model.Known.SharesOf([.. rows.Select(r => r.Text)]);
            return [.. rows.Select((row, i) =>
            {
                var (score, answer) = model.Ask(row.Text);
                return new Measured(row, score, answer, shares[i], LanguageDetector.Detect(row.Text) ?? "unknown");
            })];
        }
    }
}
