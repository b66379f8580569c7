using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Simulation;

/// <summary>What a simulation is given beside the history.</summary>
/// <param name="Truth">What is true of each message; null = as far as labels say.</param>
/// <param name="Handling">Minutes of an answer; null = fitted to the history.</param>
/// <param name="Agents">Agents by team, at work whenever its calendar is open, in the place of recorded shifts.</param>
public sealed record SimulationInputs(IReadOnlyDictionary<MessageId, MessageNeed>? Truth, HandlingTimes? Handling, IReadOnlyDictionary<string, int> Agents);

/// <summary>The simulation of an arm.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Report">What it comes to; null where the history does not say enough to simulate at all.</param>
/// <param name="Problems">What the history does not say, each with the way out; empty with a report.</param>
public sealed record ArmSimulation(string Arm, SimulationReport? Report, IReadOnlyList<string> Problems);

/// <summary>A walk through a history that simulates how long people would have waited under a configuration.</summary>
public static class SimulationPass
{
    /// <summary>Simulates every arm of a replay, with the same random numbers, and keeps what it comes to in the result.</summary>
    /// <param name="result">The replay.</param>
    /// <param name="read">The same records as it was made from, once for each arm.</param>
    /// <param name="inputs">What is given beside them.</param>
    /// <param name="options">How.</param>
    /// <param name="onRead">Called with the number of records taken of an arm.</param>
    /// <param name="cancellation">Ends between two records or runs.</param>
    public static void Simulate(
        ReplayResult result, Func<IEnumerable<HistoryRecord>> read, SimulationInputs inputs, QueueOptions options, Action<long>? onRead, CancellationToken cancellation) =>
        result.Simulations = [.. result.Arms.Select(a => Run(a.Arm.Name, read(), a.Arm.Configuration, inputs, options, onRead, cancellation))];

    /// <summary>Simulates one configuration.</summary>
    /// <param name="arm">Its name.</param>
    /// <param name="records">In the total order of history.</param>
    /// <param name="configuration">It.</param>
    /// <param name="inputs">What is given beside the records.</param>
    /// <param name="options">How.</param>
    /// <param name="onRead">Called with the number of records taken.</param>
    /// <param name="cancellation">Ends between two records or runs.</param>
    public static ArmSimulation Run(
        string arm, IEnumerable<HistoryRecord> records, Configuration configuration, SimulationInputs inputs, QueueOptions options, Action<long>? onRead, CancellationToken cancellation)
    {
        var trace = QueueTraceBuilder.Read(records, configuration, inputs.Truth, options.Workers, onRead, cancellation);
        if (trace.Items.Count == 0) return new ArmSimulation(arm, null, ["no message of a customer was answered by a person, so that there is no queue to simulate"]);
        var problems = new List<string>();
        var handling = inputs.Handling ?? trace.Fit();
        if (handling is null) problems.Add($"--handling: the history records minutes of {trace.Minutes.Count} answers and {trace.ClaimMinutes.Count} times from claim to answer, fewer than {QueueTrace.LeastFitted}; give --handling MINUTES or a file");
        var staffing = Staffing.Of(
            trace.Shifts, inputs.Agents, team => configuration.Rules.Teams.Find(team)?.Calendar is { } own ? configuration.CalendarOf(own) : configuration.DefaultCalendar,
            Instant.FromUnixTimeMilliseconds(trace.Items[0].ArrivalMs), Instant.FromUnixTimeMilliseconds(trace.Items[^1].ArrivalMs));
        var unstaffed = QueueComparison.Teams(trace).Where(t => !staffing.Serves(t)).ToList();
        if (unstaffed.Count > 0)
            problems.Add($"--agents: the history has no shift of {string.Join(", ", unstaffed)}, or none in its last week, and there is work for {(unstaffed.Count == 1 ? "it" : "them")}; say how many agents there are: {string.Join(' ', unstaffed.Select(t => $"--agents {t}=2"))}");
        return problems.Count > 0 ? new ArmSimulation(arm, null, problems) : new ArmSimulation(arm, QueueComparison.Run(trace, staffing, handling!, options, cancellation), []);
    }
}
