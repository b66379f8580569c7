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
