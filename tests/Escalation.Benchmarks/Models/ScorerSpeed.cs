using System.Diagnostics;
using System.Globalization;
using Escalation.Inference;
using Escalation.Trainer.Data;
using Microsoft.ML;

namespace Escalation.Benchmarks.Models;

/// <summary>Time and memory of one score: our scorer beside ML.NET's PredictionEngine over FeaturizeText and logistic regression, in one warmed process.</summary>
internal static class ScorerSpeed
{
    private const int Rounds = 15;

    /// <summary>Prints the best of several rounds on the test texts, and on texts of about 2,000 characters.</summary>
    public static void Print(LabelledText[] train, LabelledText[] test, FrustrationModel model)
    {
        string[] texts = [.. test.Select(r => r.Text)];
        string[] longTexts = [.. Enumerable.Range(0, 100).Select(i => string.Join(' ', texts.Skip(i * 19 % (texts.Length - 20)).Take(19)))];
        Measure("scorer", texts, t => model.Score(t));
        Measure("scorer, long texts", longTexts, t => model.Score(t));

        var context = new MLContext(1);
        var view = context.Data.LoadFromEnumerable(train.Select(r => new Input { Text = r.Text, Label = r.Positive }));
        var pipeline = context.Transforms.Text.FeaturizeText("Features", nameof(Input.Text))
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(l1Regularization: 0, l2Regularization: 0.3f)).Fit(view);
        using var engine = context.Model.CreatePredictionEngine<Input, Output>(pipeline);
        var (input, output) = (new Input(), new Output());
        Measure("ML.NET PredictionEngine", texts, t =>
        {
            input.Text = t;
            engine.Predict(input, ref output);
            return output.Probability;
        });
    }

    private static void Measure(string name, string[] texts, Func<string, float> score)
    {
        float sum = 0;
        foreach (var text in texts) sum += score(text);
        var best = double.MaxValue;
        long bytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var text in texts) sum += score(text);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / texts.Length);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / texts.Length;
        }
        GC.KeepAlive(sum);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {best:0.00} us a message, {bytes} bytes a message, {texts.Average(t => t.Length):0} characters on average"));
    }

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
