using System.Globalization;
using Escalation.Trainer.Search;

namespace Escalation.Tests.Trainer.Search;

public sealed class TrainingExperimentTests : IDisposable
{
    private static readonly SearchSpace Space = new([new ChoiceParameter("kind", ["a", "b"]), new NumberParameter("x", 0.01, 100, IsLogarithmic: true), new NumberParameter("y", -1, 1)], "kind");
    private static readonly ParameterSet[] First = [Set("a", "10", "0.9"), Set("b", "0.1", "-0.9")];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-trials");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_same_seed_and_number_of_trials_try_the_same_whatever_the_cores()
    {
        var one = Run(new Valley(), 40).Select(r => r.Settings.Parameters.ToString()).ToArray();
        Assert.Equal(one, Run(new Valley(slow: true), 40).Select(r => r.Settings.Parameters.ToString()));
        Assert.Equal(40, one.Distinct().Count());
        Assert.Equal(First.Select(f => f.ToString()), one.Take(2));
    }

    [Fact]
    public void Small_steps_around_the_best_find_more_than_chance_does()
    {
        double Best(Func<int, ITuner> tuner) => Enumerable.Range(1, 9).Average(seed =>
            new TrainingExperiment(tuner(seed), new Valley(), null, new MemoryTrialLog(), new ExperimentLimits { MaximumTrials = 60, Patience = 100 }).Run(Never, TestEnd).Min(r => r.Loss));
        Assert.True(Best(seed => new CostFrugalTuner([Space], First, seed)) < 0.7 * Best(seed => new RandomTuner(Space, First, seed)));
    }

    [Fact]
    public void Halving_gives_all_rows_only_to_what_did_well_on_few()
    {
        var tuner = new HalvingTuner(new RandomTuner(Space, First, 3), 18);
        var results = new TrainingExperiment(tuner, new Valley(), null, new MemoryTrialLog(), new ExperimentLimits { MaximumTrials = 100 }).Run(Never, TestEnd);
        Assert.Equal([18, 6, 2], results.GroupBy(r => r.Settings.DataShare).OrderBy(g => g.Key).Select(g => g.Count()));
        var best = results.Where(r => r.Settings.DataShare < 0.2).OrderBy(r => r.Loss).Take(6).Select(r => r.Settings.Parameters);
        Assert.All(results.Where(r => r.Settings.DataShare is 0.5), r => Assert.Contains(r.Settings.Parameters, best));
    }

    [Fact]
    public void A_failed_trial_is_remembered_and_the_search_goes_on()
    {
        var results = Run(new Valley(failing: "a"), 20);
        Assert.Contains(results, r => r.Failure == "no such luck");
        Assert.Contains(results, r => r.Failure is null);
    }

    [Fact]
    public void A_failed_trial_of_one_space_is_followed_by_the_same_place_of_another()
    {
        SearchSpace SpaceOf(string kind, double high) => new([new ChoiceParameter("kind", [kind]), new NumberParameter("x", 1, high, IsLogarithmic: true), new NumberParameter("y", -1, 1)], "kind", 4);
        SearchSpace native = SpaceOf("a", 100), instead = SpaceOf("b", 10000);
        ParameterSet[] first = [Set("a", "10", "0.5"), Set("b", "1", "0")];
        var results = new TrainingExperiment(new FallbackTuner(new CostFrugalTuner([native, instead], first, 1), native, instead), new Valley(failing: "a"), null, new MemoryTrialLog(),
            new ExperimentLimits { MaximumTrials = 24, Patience = 100 }).Run(Never, TestEnd);
        Assert.Equal(Enumerable.Range(0, 24), results.Select(r => r.Settings.TrialId));
        Assert.Equal("no such luck", results[0].Failure);
        Assert.Contains(results, r => r.Failure is null && r.Settings.Parameters.Equals(Set("b", "100", "0.5")));
        Assert.True(results.Count(r => r.Failure is null) > 12);
    }

    [Fact]
    public void A_disk_that_refuses_a_trial_is_said_as_it_is() =>
        Assert.Equal("No space left on device", Assert.Throws<IOException>(() => new TrainingExperiment(Tuner(), new FullDisk(), null, new MemoryTrialLog(), new ExperimentLimits()).Run(Never, TestEnd)).Message);

    [Fact]
    public void A_stop_keeps_what_was_found_and_a_cancellation_does_not()
    {
        using var stop = new CancellationTokenSource();
        var runner = new Valley(after: 6, then: stop.Cancel);
        var results = new TrainingExperiment(Tuner(), runner, null, new MemoryTrialLog(), new ExperimentLimits { MaximumTrials = 40 }).Run(stop.Token, TestEnd);
        Assert.InRange(results.Count, 1, 8);
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new TrainingExperiment(Tuner(), new Valley(after: 6, then: cancel.Cancel), null, new MemoryTrialLog(), new ExperimentLimits { MaximumTrials = 40 }).Run(Never, cancel.Token));
    }

    [Fact]
    public void A_budget_ends_the_search_and_the_first_trial_runs_even_without_any() =>
        Assert.Single(new TrainingExperiment(Tuner(), new Valley(), null, new MemoryTrialLog(), new ExperimentLimits { Budget = TimeSpan.FromTicks(1) }).Run(Never, TestEnd));

    [Fact]
    public void No_gain_for_long_ends_the_search() =>
        Assert.InRange(new TrainingExperiment(new RandomTuner(Space, First, 1), new Valley(flat: true), null, new MemoryTrialLog(), new ExperimentLimits { MaximumTrials = 500, Patience = 8 }).Run(Never, TestEnd).Count, 8, 16);

    [Fact]
    public void A_killed_run_goes_on_where_it_was_and_tries_nothing_twice()
    {
        var whole = Run(new Valley(), 24);
        new TrainingExperiment(Tuner(), new Valley(), null, Log(), new ExperimentLimits { MaximumTrials = 12 }).Run(Never, TestEnd);
        var path = Path.Combine(folder.FullName, TrialFile.Name);
        var cut = File.ReadAllText(path);
        File.WriteAllText(path, cut[..^20]);                 // the crash cut the last line off
        var second = new Valley();
        var resumed = new TrainingExperiment(Tuner(), second, null, Log(), new ExperimentLimits { MaximumTrials = 24 }).Run(Never, TestEnd);
        Assert.Equal(whole.Select(r => (r.Settings, r.Loss)), resumed.Select(r => (r.Settings, r.Loss)));
        Assert.Equal(13, second.Runs);
        Assert.Equal(24, Log().Read().Count);
    }

    [Fact]
    public void Trials_are_read_back_as_they_were_written()
    {
        var log = Log();
        TrialResult[] results =
        [
            new(new TrialSettings(0, First[0]), 0.25, 0.9, 1.5, 300), new(new TrialSettings(1, First[1], 0.5), double.PositiveInfinity, double.NaN, 0.25, 301, "broke, \"quoted\"\nand more"),
        ];
        foreach (var result in results) log.Append(result);
        var read = log.Read();
        Assert.Equal(results[0], read[0]);
        Assert.Equal((double.PositiveInfinity, 0.5), (read[1].Loss, read[1].Settings.DataShare));
        Assert.NotNull(read[1].Failure);
    }

    private static CancellationToken Never => CancellationToken.None;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private static IReadOnlyList<TrialResult> Run(ITrialRunner runner, int trials) =>
        new TrainingExperiment(Tuner(), runner, null, new MemoryTrialLog(), new ExperimentLimits { MaximumTrials = trials, Patience = 100 }).Run(Never, TestEnd);

    private static CostFrugalTuner Tuner() => new([Space], First, 1);

    private TrialFile Log() => new(folder.FullName, _ => true);

    private static ParameterSet Set(string kind, string x, string y) =>
        new(new Dictionary<string, string> { ["kind"] = kind, ["x"] = x, ["y"] = y });

    /// <summary>A loss with one lowest place, at x = 1, y = 0.3, kind b.</summary>
    private sealed class Valley(bool slow = false, string? failing = null, bool flat = false, int after = int.MaxValue, Action? then = null) : ITrialRunner
    {
        private int runs;

        public int Runs => runs;

        public TrialResult Run(TrialSettings settings, CancellationToken cancellation)
        {
            if (Interlocked.Increment(ref runs) == after) then!();
            cancellation.ThrowIfCancellationRequested();
            if (slow && settings.TrialId % 4 == 0) Thread.SpinWait(200_000);
            if (settings.Parameters["kind"] == failing) return new TrialResult(settings, double.PositiveInfinity, double.NaN, 0, 0, "no such luck");
            var x = Math.Log10(double.Parse(settings.Parameters["x"], CultureInfo.InvariantCulture));
            var y = settings.Parameters.Number("y") - 0.3;
            var loss = flat ? 1 : (x * x) + (y * y) + (settings.Parameters["kind"] == "b" ? 0 : 0.5);
            return new TrialResult(settings, loss, 1 - loss, 0, 0);
        }
    }

    private sealed class FullDisk : ITrialRunner
    {
        public TrialResult Run(TrialSettings settings, CancellationToken cancellation) => throw new IOException("No space left on device");
    }
}
