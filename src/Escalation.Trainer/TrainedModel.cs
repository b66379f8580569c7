using Escalation.Core.Decisions;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Microsoft.ML;

namespace Escalation.Trainer;

/// <summary>A model before it is written.</summary>
public sealed class TrainedModel
{
    private readonly MLContext context;
    private readonly ITransformer pipeline;
    private readonly DataViewSchema inputs;

    internal TrainedModel(ScorerContent content, ModelCard card, MLContext context, ITransformer pipeline, DataViewSchema inputs)
    {
        Scorer = ScorerFile.Write(content);
        Version = ScorerFile.Read(Scorer, "the new scorer").Version;
        Card = card with { Version = Version.Value };
        this.context = context;
        this.pipeline = pipeline;
        this.inputs = inputs;
    }

    /// <summary>Hash of scorer and feature schema.</summary>
    public ModelVersion Version { get; }

    /// <summary>The bytes of scorer.bin.</summary>
    public byte[] Scorer { get; }

    /// <summary>card.json.</summary>
    public ModelCard Card { get; }

    /// <summary>Which texts trained it and which were held out; none where that is not told.</summary>
    public ModelRows Rows { get; internal set; } = ModelRows.None;

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
