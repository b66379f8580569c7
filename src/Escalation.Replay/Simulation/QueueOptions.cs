using System.Text.Json.Serialization;

namespace Escalation.Replay.Simulation;

/// <summary>How a queue is simulated.</summary>
public sealed record QueueOptions
{
    /// <summary>The misses above which nothing is claimed: a tenth.</summary>
    public const double Tolerance = .1;

    /// <summary>Runs with handling times of their own; at least 2.</summary>
    public int Seeds { get; init; } = 10;

    /// <summary>The first seed; run i draws from seed + i.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Minutes that a team spends on what is not its own, a false alarm or a misroute, before it moves on.</summary>
    public double MisplacedMinutes { get; init; } = 3;

    /// <summary>Staffed hours after which work goes before all other of its team, in the arms candidate and oracle.</summary>
    public double AgeingHours { get; init; } = 8;

    /// <summary>The share of their shifts that agents give to this queue, above 0; null = fitted by team on the first half of the history and checked on the second.</summary>
    public double? Availability { get; init; }

    /// <summary>Hours from arrival after which an answer to what needed an escalation is late.</summary>
    public double TargetHours { get; init; } = 4;

    /// <summary>Threads. The result does not depend on it.</summary>
    [JsonIgnore]
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Called with the number of queue runs done.</summary>
    [JsonIgnore]
    public Action<long>? OnProgress { get; init; }
}

/// <summary>The orders in which the same work is served.</summary>
public enum QueueArm
{
    /// <summary>Every team by arrival; moves as recorded.</summary>
    FirstInFirstOut,
    /// <summary>Every team in the order in which the work was in fact answered; moves as recorded.</summary>
    AsRecorded,
    /// <summary>What the candidate recommends goes to the routed team, by band and deadline; all other work by arrival.</summary>
    Candidate,
    /// <summary>What needed it goes to the right team first, from the moment on at which it can be seen; all other work by arrival, without a move.</summary>
    Oracle,
}
