using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Registry;

namespace Escalation.Trainer.Drift;

/// <summary>The model under which drift is measured: what it says of a text, and when a person's answer agrees with it.</summary>
/// <param name="Ask">For a text a score of 0 to 1 and what that is the probability of: <see cref="DriftRow.Yes"/>, or the likeliest team.</param>
/// <param name="NamesTeams">Whether labels are teams.</param>
/// <param name="Known">Its n-grams.</param>
/// <param name="ForeignBelow">The share of known n-grams below which texts are foreign to it: see <see cref="KnownNgrams.ForeignBelow"/>.</param>
public sealed record DriftModel(Func<string, (double Score, string Answer)> Ask, bool NamesTeams, KnownNgrams Known, double ForeignBelow)
{
    /// <summary>Loads it.</summary>
    /// <exception cref="Inference.Scoring.ModelFormatException">The model's files are damaged.</exception>
    public static DriftModel Of(ModelEntry entry)
    {
        var (known, foreign) = (new KnownNgrams(entry.Content()), KnownNgrams.ForeignBelow(entry.Card()));
        return entry.Target == TeamModel.Target ? OfTeams(entry.LoadTeam(), known, foreign) : OfFrustration(entry.Load(), known, foreign);
    }

    /// <summary>A frustration model.</summary>
    public static DriftModel OfFrustration(FrustrationModel model, KnownNgrams known, double foreignBelow) =>
        new(text => (Rounding.ModelOutput(model.Score(text)), DriftRow.Yes), false, known, foreignBelow);

    /// <summary>A team model.</summary>
    public static DriftModel OfTeams(TeamModel model, KnownNgrams known, double foreignBelow) => new(text =>
    {
        var (team, confidence) = model.Predict(text).First;
        return (Rounding.ModelOutput((float)confidence), team!);
    }, true, known, foreignBelow);
}
