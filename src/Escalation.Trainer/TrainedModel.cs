using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Microsoft.ML;

namespace Escalation.Trainer;

/// <summary>A model before it is written.</summary>
public sealed class TrainedModel
{
    private readonly MLContext context;
    private readonly ITransformer pipeline;
    private readonly DataViewSchema inputs;

    internal TrainedModel(ScorerContent content, ModelCard card, MLContext context, ITransformer pipeline, DataViewSchema inputs, string? trials)
    {
        Scorer = ScorerFile.Write(content);
        Version = ScorerFile.Read(Scorer, "the new scorer").Version;
        Card = card with { Version = Version.Value };
        this.context = context;
        this.pipeline = pipeline;
        this.inputs = inputs;
        Trials = trials;
    }

    /// <summary>Hash of scorer and feature schema.</summary>
    public ModelVersion Version { get; }

    /// <summary>The bytes of scorer.bin.</summary>
    public byte[] Scorer { get; }

    /// <summary>card.json.</summary>
    public ModelCard Card { get; }

    /// <summary>Which texts trained it and which were held out; none where that is not told.</summary>
    public ModelRows Rows { get; private set; } = ModelRows.None;

    /// <summary>What was said of the held-out rows and what was so, for the card's plots; empty where that is not told.</summary>
    public IReadOnlyList<HeldOutRow> HeldOut => Rows.HeldOutRows();

    /// <summary>Tells which rows trained the measured model and which were held out.</summary>
    /// <param name="used">All rows.</param>
    /// <param name="split">Which were held out; the others count as trained on.</param>
    /// <param name="heldOut">The measured model's probability of each held-out row.</param>
    internal void Tell(IReadOnlyList<LabelledText> used, HoldOut split, double[] heldOut) => Tell(used, split, i => new HeldOutAnswer(heldOut[i]));

    /// <summary>The same for teams.</summary>
    /// <param name="used">All rows.</param>
    /// <param name="split">Which were held out; the others count as trained on.</param>
    /// <param name="heldOut">The measured model's likeliest team for each held-out row.</param>
    internal void Tell(IReadOnlyList<LabelledText> used, HoldOut split, TeamGuess[] heldOut) => Tell(used, split, i => new HeldOutAnswer(heldOut[i].Confidence, heldOut[i].Team));

    private void Tell(IReadOnlyList<LabelledText> used, HoldOut split, Func<int, HeldOutAnswer> answer)
    {
        Rows = ModelRows.Of([.. split.Train.Concat(split.Unused).Select(row => Row(row, null)), .. split.Test.Select((row, i) => Row(row, answer(i)))]);

        (string, ModelRow) Row(int row, HeldOutAnswer? said) => (used[row].Text, new ModelRow(used[row].Id, used[row].Label, said));
    }

    /// <summary>trials.csv; null = there was no search.</summary>
    public string? Trials { get; }

    internal void SaveZip(string path)
    {
        using var file = File.Create(path);
        context.Model.Save(pipeline, inputs, file);
    }
}

/// <summary>What training gave: a model, or why there is none.</summary>
/// <param name="Model">Null with a problem.</param>
/// <param name="Problem">A sentence for people; null with a model.</param>
public sealed record TrainingOutcome(TrainedModel? Model, string? Problem);
