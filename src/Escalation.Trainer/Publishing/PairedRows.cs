using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Trainer.Data;

namespace Escalation.Trainer.Publishing;

/// <summary>Rows that neither of two models was trained on, with the probabilities of both.</summary>
/// <remarks>
/// A row that was held out while a model was measured has the probability of that moment, since the model may have been trained on all rows
/// afterwards; a row that it never met is scored now.
/// </remarks>
internal sealed record PairedRows
{
    /// <summary>Nothing to compare on.</summary>
    public static PairedRows None(bool hasChampion, string why) => new() { Champion = hasChampion ? [] : null, Description = why };

    public IReadOnlyList<LabelledText> Rows { get; private init; } = [];

    public double[] Candidate { get; private init; } = [];

    /// <summary>Null without a champion.</summary>
    public double[]? Champion { get; private init; }

    /// <summary>The probability from which each calls a row positive.</summary>
    public (double Candidate, double Champion) Thresholds { get; private init; } = (.5, .5);

    /// <summary>One line for people and for the record.</summary>
    public string Description { get; private init; } = "no rows";

    /// <summary>Scores what may be compared on.</summary>
    /// <exception cref="Inference.Scoring.ModelFormatException">A model's files are damaged.</exception>
    public static PairedRows Of(TrainingRows source, ModelEntry candidate, ModelEntry? champion)
    {
        var (mine, its) = (new Side(candidate), champion is null ? null : new Side(champion));
        if (!mine.KnowsItsRows && candidate.Card().Data.Any(d => d.Sha256 == source.Sha256))
            return None(champion is not null, $"{source.Name}: {candidate.Version} was trained on this very file, and does not tell which rows were held out");
        var all = Duplicates.Remove([.. source.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text))]);
        var rows = new List<LabelledText>();
        List<double> candidates = [], champions = [];
        int byCandidate = 0, byChampion = 0;
        foreach (var row in all)
        {
            if (mine.Rows.WasTrainedOn(row.Text)) byCandidate++;
            else if (its?.Rows.WasTrainedOn(row.Text) == true) byChampion++;
            else
            {
                rows.Add(row);
                candidates.Add(mine.Probability(row.Text));
                if (its is not null) champions.Add(its.Probability(row.Text));
            }
        }
        return new PairedRows
        {
            Rows = rows,
            Candidate = [.. candidates],
            Champion = its is null ? null : [.. champions],
            Thresholds = (mine.Model.Threshold, its?.Model.Threshold ?? .5),
            Description = $"{source.Name}: {Counted.Of(rows.Count, "row")} of {Counted.Of(all.Count, "text")} that neither model was trained on " +
                $"({Counted.Of(byCandidate, "text")} had trained the candidate, {byChampion} more only the champion)",
        };
    }

    private sealed class Side(ModelEntry entry)
    {
        public FrustrationModel Model { get; } = entry.Load();

        public ModelRows Rows { get; } = entry.Rows();

        public bool KnowsItsRows => !Rows.IsEmpty;

        public double Probability(string text) => Rows.HeldOutProbability(text) ?? Rounding.ModelOutput(Model.Score(text));
    }
}
