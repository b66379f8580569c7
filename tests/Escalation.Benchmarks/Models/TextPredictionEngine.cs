using Microsoft.ML;

namespace Escalation.Benchmarks.Models;

/// <summary>ML.NET as its tutorials use it: FeaturizeText, logistic regression, and a PredictionEngine that scores one text after another.</summary>
internal sealed class TextPredictionEngine : IDisposable
{
    private readonly PredictionEngine<Input, Output> engine;
    private readonly Input input = new();
    private Output output = new();

    /// <summary>Trains on texts with their labels.</summary>
    public TextPredictionEngine(IEnumerable<(string Text, bool Positive)> rows)
    {
        var context = new MLContext(1);
        var view = context.Data.LoadFromEnumerable(rows.Select(r => new Input { Text = r.Text, Label = r.Positive }));
        var pipeline = context.Transforms.Text.FeaturizeText("Features", nameof(Input.Text))
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(l1Regularization: 0, l2Regularization: 0.3f)).Fit(view);
        engine = context.Model.CreatePredictionEngine<Input, Output>(pipeline);
    }

    /// <summary>The probability of a text.</summary>
    public float Probability(string text)
    {
        input.Text = text;
        engine.Predict(input, ref output);
        return output.Probability;
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();

    private sealed class Input
    {
        public bool Label { get; set; }

        public string Text { get; set; } = "";
    }

    private sealed class Output
    {
        public float Probability { get; set; }
    }
}
