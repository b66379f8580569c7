using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Trainer.Data;

namespace Escalation.Trainer.Publishing;

/// <summary>Rows that neither of two models had learned when it answered, with the answers of both.</summary>
/// <remarks>
/// A row that was held out while a model was measured has the answer of that moment, since the model may have been trained on all rows
/// afterwards; a row that it never met is asked now.
/// </remarks>
internal sealed record PairedRows
{
    private static readonly string[] OfFrustration = [BinaryMeasured.Auc, BinaryMeasured.AveragePrecision, BinaryMeasured.F1, BinaryMeasured.LogLoss, BinaryMeasured.Ece];
    private static readonly string[] OfTeams = [TeamMeasured.Accuracy, TeamMeasured.MacroF1, TeamMeasured.Answered, TeamMeasured.AccuracyAnswered];

    /// <summary>Every figure of a model that there is, of any target; other metrics are the replay's.</summary>
    public static IReadOnlyList<string> AllFigures { get; } = [.. OfFrustration, PairedFigures.EceExcess, .. OfTeams];

    /// <summary>The figures of these rows, in order, but for <see cref="PairedFigures.EceExcess"/>.</summary>
    public required IReadOnlyList<string> Figures { get; init; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<LabelledText> Rows { get; private init; } = [];

    /// <summary>The candidate's answers on some rows.</summary>
    public Func<int[], IMeasured> Candidate { get; private init; } = _ => new BinaryMeasured([], [], [], .5);

    /// <summary>The champion's; null without one.</summary>
    public Func<int[], IMeasured>? Champion { get; private init; }

    /// <summary>One line for people and for the record.</summary>
    public string Description { get; private init; } = "no rows";

    /// <summary>Nothing to compare on.</summary>
    public static PairedRows None(string target, bool hasChampion, string why)
    {
        var empty = new PairedRows { Figures = target == TeamModel.Target ? OfTeams : OfFrustration, Description = why };
        return hasChampion ? empty with { Champion = empty.Candidate } : empty;
    }

    /// <summary>Asks both what may be compared on.</summary>
    /// <exception cref="Inference.Scoring.ModelFormatException">A model's files are damaged.</exception>
    public static PairedRows Of(TrainingRows source, ModelEntry candidate, ModelEntry? champion)
    {
        var rows = source.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text)).ToList();
        if (candidate.Target != TeamModel.Target)
            return Of(source, Duplicates.Remove(rows), OfFrustration, Side<double>.Of(candidate, Frustration), champion is null ? null : Side<double>.Of(champion, Frustration), (selected, side) =>
                new BinaryMeasured([.. side.Answers], [.. selected.Select(r => r.Positive)], [.. selected.Select(r => (double)r.Weight)], side.Threshold));
        return Of(source, Duplicates.RemoveByTeam(rows), OfTeams, Side<TeamGuess>.Of(candidate, Team), champion is null ? null : Side<TeamGuess>.Of(champion, Team), (selected, side) =>
            new TeamMeasured(new ClassAnswers([.. side.Answers.Select(a => a.Team!)], [.. side.Answers.Select(a => a.Confidence)], [.. selected.Select(r => r.Team!)], side.Threshold), [.. selected.Select(r => (double)r.Weight)]));
    }

    private static PairedRows Of<TAnswer>(
        TrainingRows source, IReadOnlyList<LabelledText> all, IReadOnlyList<string> figures, Side<TAnswer> mine, Side<TAnswer>? its, Func<IReadOnlyList<LabelledText>, (IEnumerable<TAnswer> Answers, double Threshold), IMeasured> measure)
    {
        var none = None(mine.Entry.Target, its is not null, $"{source.Name}: {mine.Entry.Version} was trained on this very file, and does not tell which rows were held out");
        if (mine.Rows.IsEmpty && mine.Entry.Card().Data.Any(d => d.Sha256 == source.Sha256)) return none;
        var rows = new List<LabelledText>();
        List<TAnswer> candidates = [], champions = [];
        int byCandidate = 0, byChampion = 0, heldOut = 0;
        foreach (var row in all)
        {
            if (mine.Rows.WasTrainedOn(row.Text)) byCandidate++;
            else if (its?.Rows.WasTrainedOn(row.Text) == true) byChampion++;
            else
            {
                rows.Add(row);
                if (mine.Rows.HeldOut(row.Text) is not null) heldOut++;
                candidates.Add(mine.Answer(row.Text));
                if (its is not null) champions.Add(its.Answer(row.Text));
            }
        }
        return new PairedRows
        {
            Figures = figures,
            Rows = rows,
            Candidate = selected => Measured(selected, candidates, mine.Threshold),
            Champion = its is null ? null : selected => Measured(selected, champions, its.Threshold),
            Description = Words(source, mine, its, rows.Count, all.Count, byCandidate, byChampion, heldOut),
        };

        IMeasured Measured(int[] selected, List<TAnswer> answers, double threshold) => measure([.. selected.Select(i => rows[i])], (selected.Select(i => answers[i]), threshold));
    }

    private static string Words<TAnswer>(TrainingRows source, Side<TAnswer> mine, Side<TAnswer>? its, int rows, int all, int byCandidate, int byChampion, int heldOut)
    {
        var words = $"{source.Name}: {Counted.Of(rows, "row")} of {Counted.Of(all, "text")} that neither model had learned when it answered ({Counted.Of(byCandidate, "text")} left out that the candidate was trained on, {byChampion} more that only the champion was)";
        if (heldOut > 0) words += $"; on {Counted.Of(heldOut, "row")} it is the candidate as it was measured, before it was trained on all rows, these among them";
        return its is { Rows.IsEmpty: true } ? $"{words}; the champion does not tell its texts, so that none is left out for it" : words;
    }

    private static (Func<string, HeldOutAnswer?, double> Answer, double Threshold) Frustration(ModelEntry entry)
    {
        var model = entry.Load();
        return ((text, heldOut) => heldOut?.Probability ?? Rounding.ModelOutput(model.Score(text)), model.Threshold);
    }

    private static (Func<string, HeldOutAnswer?, TeamGuess> Answer, double Threshold) Team(ModelEntry entry)
    {
        var model = entry.LoadTeam();
        return ((text, heldOut) => heldOut is { Team: { } team } ? new TeamGuess(team, heldOut.Probability) : model.Predict(text).First, model.Bound);
    }

    private sealed record Side<TAnswer>(ModelEntry Entry, ModelRows Rows, Func<string, HeldOutAnswer?, TAnswer> Ask, double Threshold)
    {
        public static Side<TAnswer> Of(ModelEntry entry, Func<ModelEntry, (Func<string, HeldOutAnswer?, TAnswer> Answer, double Threshold)> load)
        {
            var (ask, threshold) = load(entry);
            return new Side<TAnswer>(entry, entry.Rows(), ask, threshold);
        }

        public TAnswer Answer(string text) => Ask(text, Rows.HeldOut(text));
    }
}
