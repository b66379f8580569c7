using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Learning;

/// <summary>One candidate of an ensemble: its name, its plane, and its out-of-fold scores.</summary>
/// <param name="Name">For cards.</param>
/// <param name="Plane">Names the plane it is served from; members of one plane cost no more than one.</param>
/// <param name="Scores">For each output one a row.</param>
/// <param name="IsTrees">Whether it is of trees, which are served beside the planes and take no place among them.</param>
internal sealed record LibraryMember(string Name, string Plane, double[][] Scores, bool IsTrees = false)
{
    /// <summary>1 / the deviation of the scores, which brings members to one scale.</summary>
    public double Scale { get; } = 1 / (Deviation(Scores) + 1e-9);

    private static double Deviation(double[][] scores)
    {
        double sum = 0, squares = 0, n = 0;
        foreach (var list in scores)
        {
            foreach (var score in list)
            {
                sum += score;
                squares += score * score;
                n++;
            }
        }
        return Math.Sqrt(Math.Max(0, (squares / n) - (sum / n * (sum / n))));
    }
}

/// <summary>Chooses members by what they add, with replacement, on out-of-fold scores.</summary>
/// <remarks>Source: Caruana et al. 2004, "Ensemble selection from libraries of models". Members of one plane are served at the price of one.</remarks>
internal static class GreedySelection
{
    private const int Rounds = 40;

    /// <summary>The weight of each member of the library, adding up to 1; 0 = not chosen.</summary>
    /// <param name="task">Labels.</param>
    /// <param name="rows">The rows scored.</param>
    /// <param name="library">Who may be chosen.</param>
    /// <param name="mostPlanes">Planes that may be used in all.</param>
    /// <param name="cancellation">Ends between two rounds.</param>
    public static double[] Choose(TrainingTask task, int[] rows, IReadOnlyList<LibraryMember> library, int mostPlanes, CancellationToken cancellation)
    {
        double[][] sum = [.. task.Outputs.Select(_ => new double[rows.Length])];
        var counts = new double[library.Count];
        HashSet<string> planes = new(StringComparer.Ordinal), trees = new(StringComparer.Ordinal);
        bool[] positive = [.. rows.Select(r => task.Classes[r] == 1)];
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var open = Enumerable.Range(0, library.Count).Where(m => MayJoin(library[m])).ToArray();
            var values = new double[open.Length];
            Parallel.For(0, open.Length, i => values[i] = Value(task, rows, positive, Added(sum, library[open[i]])));
            var best = open[Array.IndexOf(values, values.Max())];
            sum = Added(sum, library[best]);
            counts[best]++;
            (library[best].IsTrees ? trees : planes).Add(library[best].Plane);
        }
        return Array.ConvertAll(counts, c => c / Rounds);

        // Trees come second: without a plane there would be nothing to tell known n-grams by, and nothing to start another model from.
        bool MayJoin(LibraryMember member) => member.IsTrees
            ? planes.Count > 0 && (trees.Contains(member.Plane) || trees.Count < TreeRecipe.MostMembers)
            : planes.Contains(member.Plane) || planes.Count < mostPlanes;
    }

    /// <summary>The ensemble's own scores.</summary>
    public static double[][] Scores(IReadOnlyList<LibraryMember> library, double[] weights)
    {
        double[][] sum = [.. library[0].Scores.Select(s => new double[s.Length])];
        for (var m = 0; m < library.Count; m++)
        {
            if (weights[m] == 0) continue;
            for (var k = 0; k < sum.Length; k++)
                for (var i = 0; i < sum[k].Length; i++) sum[k][i] += weights[m] * library[m].Scale * library[m].Scores[k][i];
        }
        return sum;
    }

    private static double[][] Added(double[][] sum, LibraryMember member)
    {
        var added = new double[sum.Length][];
        for (var k = 0; k < sum.Length; k++)
        {
            added[k] = new double[sum[k].Length];
            for (var i = 0; i < added[k].Length; i++) added[k][i] = sum[k][i] + (member.Scale * member.Scores[k][i]);
        }
        return added;
    }

    private static double Value(TrainingTask task, int[] rows, bool[] positive, double[][] scores)
    {
        if (!task.IsBinary) return OutputCalibration.Metric(task, rows, scores) + OutputCalibration.MacroF1(task, rows, scores) - OutputCalibration.Loss(task, rows, scores, OutputCalibration.Fit(task, rows, scores));
        var ranked = new RankedScores(scores[0], positive);
        return ranked.Auc() + ranked.AveragePrecision();
    }
}
