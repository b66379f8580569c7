using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Learning;

/// <summary>A linear model over one plane: score = bias + sum of weight x value.</summary>
/// <param name="Weights">One a bucket.</param>
/// <param name="Bias">Score of a text without a known n-gram.</param>
internal sealed record LinearHead(float[] Weights, float Bias);

/// <summary>One trained member of an ensemble: a head for each output over one plane.</summary>
internal sealed record Member(FeaturePlane Plane, IReadOnlyList<LinearHead> Heads);

/// <summary>Members joined by fixed coefficients: an output's score is the sum of coefficient x member's score. Itself linear but for its trees.</summary>
/// <param name="members">Linear members.</param>
/// <param name="trees">Members of trees, for one output; null = none.</param>
internal sealed class Ensemble(IReadOnlyList<(Member Member, double Coefficient)> members, IReadOnlyList<(TreeMember Member, double Coefficient)>? trees = null)
{
    /// <summary>ML.NET's models of its trees, with their coefficients.</summary>
    public IReadOnlyList<(TreeMember Member, double Coefficient)> Trees => trees ?? [];

    /// <summary>The one scorer that gives the same scores: members of one plane become one head.</summary>
    /// <param name="target">What is predicted.</param>
    /// <param name="schema">The features.</param>
    /// <param name="languages">ISO 639-1 codes.</param>
    /// <param name="outputs">Name and calibration of each output; biases are computed.</param>
    /// <param name="threshold">See <see cref="ScorerContent"/>.</param>
    /// <param name="confidence">Of several outputs; see <see cref="ScorerContent"/>.</param>
    public ScorerContent Fold(
        string target, FeatureSchema schema, IReadOnlyList<string> languages, IReadOnlyList<(string Name, Calibration Calibration)> outputs, double threshold,
        ConfidenceCalibration? confidence = null)
    {
        var planes = members.GroupBy(m => m.Member.Plane, ReferenceEqualityComparer.Instance).Select(group => new ScorerPlane(
            group.First().Member.Plane, [.. outputs.Select((_, k) => Sum(group, k, schema.Buckets))])).ToArray();
        return new ScorerContent(target, schema, languages, threshold,
            [.. outputs.Select((o, k) => new ScorerOutput(o.Name, (float)members.Sum(m => m.Coefficient * m.Member.Heads[k].Bias), o.Calibration))], planes)
        {
            Trees = TreeTable.Join([.. Trees.Select(t => (t.Member.Table, t.Coefficient))]),
            Confidence = confidence,
        };
    }

    private static float[] Sum(IEnumerable<(Member Member, double Coefficient)> members, int output, int buckets)
    {
        var sum = new float[buckets];
        foreach (var (member, coefficient) in members)
        {
            var weights = member.Heads[output].Weights;
            for (var i = 0; i < sum.Length; i++) sum[i] += (float)coefficient * weights[i];
        }
        return sum;
    }
}
