using System.Globalization;
using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Escalation.Trainer.Learning;

/// <summary>A scorer as an ML.NET pipeline that any program with ML.NET can load: one linear model a plane, one of trees where there are any, their sum, Platt scaling.</summary>
internal static class MlNetPipeline
{
    /// <summary>The pipeline and the columns it reads.</summary>
    /// <param name="context">Of the transforms.</param>
    /// <param name="content">The scorer.</param>
    /// <param name="trees">ML.NET's models of the scorer's trees, with their coefficients.</param>
    public static (ITransformer Pipeline, DataViewSchema Inputs) Build(MLContext context, ScorerContent content, IReadOnlyList<(TreeMember Member, double Coefficient)> trees)
    {
        var rows = NgramRows.Build([""], content.Schema);
        var view = FeatureView.Of(rows, content);
        var stages = new List<ITransformer>();
        IDataView data = view;
        for (var k = 0; k < content.Outputs.Count; k++)
        {
            AppendSum(k);
            Append(context.Transforms.CopyColumns(content.Outputs.Count > 1 ? MlNetModel.ScoreOf(k) : "Score", "Sum").Fit(data));
        }
        if (content.Outputs is [{ Calibration: var calibration }]) Append(context.BinaryClassification.Calibrators.Platt(-calibration.A, -calibration.B, "Score").Fit(data));
        return (new TransformerChain<ITransformer>([.. stages]), view.Schema);

        void AppendSum(int output)
        {
            var offset = content.Outputs[output].Bias;
            for (var p = 0; p < content.Planes.Count; p++)
            {
                var linear = Linear(context, FeatureView.ColumnOf(p), content.Planes[p].Heads[output]);
                offset -= linear.Model.Bias;
                Append(linear);
                Append(context.Transforms.CopyColumns(PlaneOf(p), "Score").Fit(data));
            }
            // ML.NET's expressions take at most five inputs, so that the sum grows plane by plane.
            Append(context.Transforms.Expression("Sum", string.Create(CultureInfo.InvariantCulture, $"s => s + ({offset:R})"), PlaneOf(0)).Fit(data));
            for (var p = 1; p < content.Planes.Count; p++)
                Append(context.Transforms.Expression("Sum", "(sum, s) => sum + s", "Sum", PlaneOf(p)).Fit(data));
            foreach (var (member, coefficient) in trees)
            {
                Append(member.Model);
                Append(context.Transforms.Expression("Sum", string.Create(CultureInfo.InvariantCulture, $"(sum, s) => sum + ({(float)coefficient:R}) * s"), "Sum", "Score").Fit(data));
            }
        }

        void Append(ITransformer stage)
        {
            stages.Add(stage);
            data = stage.Transform(data);
        }
    }

    private static string PlaneOf(int plane) => string.Create(CultureInfo.InvariantCulture, $"Plane{plane}");

    /// <summary>ML.NET's linear model with given weights.</summary>
    /// <remarks>Its constructors are internal; but a perceptron that is shown one positive row has learned just that row, with a bias that is read from it.</remarks>
    private static BinaryPredictionTransformer<LinearBinaryModelParameters> Linear(MLContext context, string column, float[] weights)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        var features = schema[nameof(Row.Features)];
        features.ColumnName = column;
        features.ColumnType = new VectorDataViewType(NumberDataViewType.Single, weights.Length);
        var trained = context.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
        {
            FeatureColumnName = column,
            LabelColumnName = nameof(Row.Label),
            LearningRate = 1,
            NumberOfIterations = 1,
            L2Regularization = 0,
            Shuffle = false,
        }).Fit(context.Data.LoadFromEnumerable([new Row { Label = true, Features = weights }], schema));
        return trained.Model.Weights.SequenceEqual(weights)
            ? trained
            : throw new InvalidOperationException("this version of ML.NET does not take weights over as they are");
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
