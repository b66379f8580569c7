using Escalation.Replay.Simulation;

namespace Escalation.Tests.Replay.Simulation;

/// <summary>The simulator against closed forms.</summary>
public sealed class QueueTheoryTests
{
    private const int Jobs = 20_000;

    private static readonly int[] Seeds = [.. Enumerable.Range(1, 24)];

    private static double[] MeanWaits(int agents, double perMinute, Func<JobVisit, bool>? counts = null, double firstShare = 0) => [.. Seeds.AsParallel().AsOrdered().Select(seed =>
    {
        var jobs = SomeQueue.Poisson(seed, Jobs, perMinute, 1, firstShare);
        var run = SomeQueue.Run(jobs, SomeQueue.Always(agents));
        return Enumerable.Range(0, Jobs).Where(i => counts?.Invoke(jobs[i].Visits[0]) ?? true).Average(i => run.WaitMs[i]) / SomeQueue.Minute;
    })];

    /// <summary>Erlang's C: the chance that an arrival has to wait.</summary>
    private static double ErlangC(int agents, double offered)
    {
        double term = 1, sum = 1;
        for (var k = 1; k < agents; k++) sum += term *= offered / k;
        var last = term * offered / agents / (1 - offered / agents);
        return last / (sum + last);
    }

    [Theory, InlineData(.5), InlineData(.8)]
    public void One_agent_waits_as_MM1_says(double load) => SomeQueue.Expect(load / (1 - load), MeanWaits(1, load));

    [Theory, InlineData(2, 1.5), InlineData(5, 4)]
    public void Several_agents_wait_as_Erlang_says(int agents, double offered) =>
        SomeQueue.Expect(ErlangC(agents, offered) / (agents - offered), MeanWaits(agents, offered));

    [Fact]
    public void Erlangs_formula_is_that_of_the_textbook()
    {
        Assert.Equal(.8, ErlangC(1, .8), 12);           // one server: the load
        Assert.Equal(1.0 / 3, ErlangC(2, 1), 12);       // two servers, load one half
    }

    [Fact]
    public void Two_classes_that_are_not_interrupted_wait_as_Cobham_says()
    {
        const double load = .8, first = .3 * load;
        var residual = load * 2 / 2;                    // rate times the mean of the squared service, 2 for an exponential, over two
        SomeQueue.Expect(residual / (1 - first), MeanWaits(1, load, v => v.Key.Class == 0, .3));
        SomeQueue.Expect(residual / ((1 - first) * (1 - load)), MeanWaits(1, load, v => v.Key.Class == 1, .3));
    }
}
