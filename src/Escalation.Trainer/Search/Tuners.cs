namespace Escalation.Trainer.Search;

/// <summary>Good settings first, then settings drawn from the whole space.</summary>
public sealed class RandomTuner(SearchSpace space, IReadOnlyList<ParameterSet> first, int seed) : ITuner
{
    private readonly Random random = new(seed);

    /// <inheritdoc/>
    public TrialSettings? Propose(int trialId) => new(trialId, trialId < first.Count ? first[trialId] : space.Sample(random));

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
    }
}

/// <summary>Good settings first; then, kind by kind, small steps around the best of that kind, the kinds being chosen by what an improvement of each is likely to cost.</summary>
/// <remarks>
/// After FLAML (Wang et al. 2021): a step goes in a random direction and, where that was no better, in the opposite one; after as many
/// misses as there are dimensions it halves, and a kind whose step became tiny starts anew elsewhere. The chance of a kind is in
/// proportion to 1 / its estimated cost of improvement: seconds spent since its last improvement, or what a trial takes, whichever is more.
/// </remarks>
public sealed class CostFrugalTuner : ITuner
{
    private const double FirstStep = 0.2, SmallestStep = 0.01, ChanceOfElsewhere = 0.15;

    private readonly IReadOnlyList<SearchSpace> spaces;
    private readonly IReadOnlyList<ParameterSet> first;
    private readonly Random random;
    private readonly SortedDictionary<string, Kind> kinds = new(StringComparer.Ordinal);
    private readonly HashSet<ParameterSet> proposed = [];

    /// <param name="spaces">The ranges.</param>
    /// <param name="first">Tried before anything else, in this order.</param>
    /// <param name="seed">Of the steps.</param>
    public CostFrugalTuner(IReadOnlyList<SearchSpace> spaces, IReadOnlyList<ParameterSet> first, int seed)
    {
        this.spaces = spaces;
        this.first = first;
        random = new Random(seed);
    }

    /// <inheritdoc/>
    public TrialSettings? Propose(int trialId)
    {
        if (trialId < first.Count)
        {
            proposed.Add(first[trialId]);
            return new TrialSettings(trialId, first[trialId]);
        }
        const int attempts = 50;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var parameters = kinds.Count == 0 || random.NextDouble() < ChanceOfElsewhere ? Elsewhere().Sample(random) : Choose().Next(random);
            if (proposed.Add(parameters)) return new TrialSettings(trialId, parameters);
        }
        return null;
    }

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
        proposed.Add(result.Settings.Parameters);
        if (result.Failure is not null) return;
        var space = spaces.First(s => s.Holds(result.Settings.Parameters));
        var name = result.Settings.Parameters[space.KindParameter];
        if (kinds.TryGetValue(name, out var kind)) kind.Update(result);
        else kinds[name] = new Kind(result, space);
    }

    private SearchSpace Elsewhere()
    {
        if (spaces.Count == 1) return spaces[0];
        var place = random.NextDouble() * spaces.Sum(s => 1 / s.Price);
        return spaces.FirstOrDefault(s => (place -= 1 / s.Price) <= 0) ?? spaces[^1];
    }

    private Kind Choose()
    {
        var place = random.NextDouble() * kinds.Values.Sum(k => k.Chance);
        foreach (var kind in kinds.Values)
        {
            place -= kind.Chance;
            if (place <= 0) return kind;
        }
        return kinds.Values.Last();
    }

    private sealed class Kind(TrialResult start, SearchSpace space)
    {
        private readonly int dimensions = space.Parameters.Count;
        private TrialResult best = start;
        private double step = FirstStep, bestOfAll = start.Loss;
        private int misses;
        private double[]? opposite;

        // Cost is counted in trials, not in measured seconds, so that two machines make the same choices.
        private double cost = CostOf(start, space);

        public double Chance => 1 / (cost * Math.Max(1, best.Loss / Math.Max(bestOfAll, 1e-9)));

        public ParameterSet Next(Random random)
        {
            var direction = opposite;
            opposite = null;
            if (direction is null)
            {
                direction = new double[dimensions];
                double length = 0;
                for (var i = 0; i < dimensions; i++)
                {
                    if (space.Parameters[i].Name == space.KindParameter) continue;
                    direction[i] = (random.NextDouble() * 2) - 1;
                    length += direction[i] * direction[i];
                }
                length = Math.Sqrt(length) + 1e-9;
                for (var i = 0; i < dimensions; i++) direction[i] *= step * Math.Sqrt(dimensions) / length / 2;
                opposite = Array.ConvertAll(direction, d => -d);
            }
            return space.Move(best.Settings.Parameters, direction);
        }

        public void Update(TrialResult result)
        {
            if (result.Loss < best.Loss)
            {
                (best, misses, opposite) = (result, 0, null);
                bestOfAll = Math.Min(bestOfAll, result.Loss);
                cost = CostOf(result, space);
                return;
            }
            cost += CostOf(result, space);
            if (++misses < dimensions) return;
            misses = 0;
            step = step / 2 < SmallestStep ? FirstStep : step / 2;
        }

        private static double CostOf(TrialResult result, SearchSpace space) => space.Price * result.Settings.DataShare;
    }
}

/// <summary>Tries much on little data, and again on more what did well: a sixth of the rows, half of them, all.</summary>
/// <remarks>Worth it from about 50,000 rows on: below, a trial on all rows takes no longer than choosing which to make.</remarks>
public sealed class HalvingTuner(ITuner proposals, int width) : ITuner
{
    private const int Keep = 3;
    private static readonly double[] Shares = [1.0 / 6, 0.5, 1];
    private readonly List<TrialResult>[] rungs = [[], [], []];
    private readonly Queue<(ParameterSet Parameters, int Rung)> waiting = [];
    private readonly int[] open = new int[Shares.Length];
    private int drawn;

    /// <inheritdoc/>
    public TrialSettings? Propose(int trialId)
    {
        if (waiting.TryDequeue(out var next)) return Open(trialId, next.Parameters, next.Rung);
        if (drawn >= width) return null;
        return proposals.Propose(drawn++) is { } settings ? Open(trialId, settings.Parameters, 0) : null;
    }

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
        proposals.Update(result);
        var rung = Array.IndexOf(Shares, result.Settings.DataShare);
        rungs[rung].Add(result);
        open[rung]--;
        // A rung is closed when all that could come has come: then its best third goes up.
        if (rung + 1 == Shares.Length || open[rung] > 0 || (rung == 0 && drawn < width)) return;
        foreach (var good in rungs[rung].OrderBy(r => r.Loss).Take(Math.Max(1, rungs[rung].Count / Keep)))
        {
            waiting.Enqueue((good.Settings.Parameters, rung + 1));
        }
        rungs[rung].Clear();
    }

    private TrialSettings Open(int trialId, ParameterSet parameters, int rung)
    {
        open[rung]++;
        return new TrialSettings(trialId, parameters, Shares[rung]);
    }
}
