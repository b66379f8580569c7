using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Arms;

/// <summary>One configuration to be replayed, by a name.</summary>
/// <param name="Name">As reports show it, for example <c>candidate</c>.</param>
/// <param name="Configuration">Rule set and models. Arms with the same text resources and models should share one <see cref="TextAnalyzer"/>.</param>
/// <param name="IsLive">Whether this is the configuration that people reacted to: only then does a dismissal pause it.</param>
public sealed record ReplayArm(string Name, Configuration Configuration, bool IsLive = false);

/// <summary>What one arm made of one message.</summary>
public readonly record struct ArmDecision(DerivedFacts Derived, Decision Decision, EpisodeChange? Change);

/// <summary>One arm at work: its own incident history and episodes, fed in order.</summary>
/// <remarks>Derives and decides by the same two functions as the live service. Not thread-safe: it belongs to the ordered stage.</remarks>
/// <param name="arm">The arm.</param>
/// <param name="keepsSignals">Whether episodes carry the signals that opened them.</param>
public sealed class ArmRunner(ReplayArm arm, bool keepsSignals = true)
{
    private readonly IncidentHistory incidents = new(arm.Configuration.Policy.Incident);

    /// <summary>The arm.</summary>
    public ReplayArm Arm { get; private set; } = arm;

    /// <summary>Its episodes.</summary>
    public EpisodeBook Episodes { get; } = new(arm.Configuration.Policy, arm.IsLive, keepsSignals);

    /// <summary>Decides by the same configuration with other exceptions from here on.</summary>
    public void Use(Configuration next) => Arm = Arm with { Configuration = next };

    /// <summary>Derives, decides, and takes the decision into incidents and episodes.</summary>
    public ArmDecision Decide(ObservedFacts observed)
    {
        var derived = Derivation.Derive(observed, incidents, Arm.Configuration);
        return Take(observed.Message.Message, observed.Ticket.Id, derived, DecisionEngine.Decide(derived, Arm.Configuration));
    }

    /// <summary>Takes a decision into incidents and episodes that was made of the same facts elsewhere.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    /// <param name="derived">Its facts, under this arm's configuration.</param>
    /// <param name="decision">This arm's decision on them.</param>
    public ArmDecision Take(Message message, TicketId ticket, DerivedFacts derived, Decision decision)
    {
        var started = message.Revision == 0 ? incidents.Add(message, derived.Context, PersonOf(derived)) : null;
        return Take(message, ticket, derived, decision, started);
    }

    /// <summary>Takes a decision into episodes whose incidents were counted elsewhere too.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    /// <param name="derived">Its facts, under this arm's configuration.</param>
    /// <param name="decision">This arm's decision on them.</param>
    /// <param name="started">The incident that the message made active, or null.</param>
    public ArmDecision Take(Message message, TicketId ticket, DerivedFacts derived, Decision decision, IncidentStart? started) =>
        new(derived, decision, Episodes.OnDecision(message, ticket, derived, decision, started));

    /// <summary>Derives and decides a message that was decided before, because what it rests on has changed since: the episode follows, and incidents have it already.</summary>
    public ArmDecision DecideAgain(ObservedFacts observed)
    {
        var derived = DeriveAgain(observed);
        var decision = DecisionEngine.Decide(derived, Arm.Configuration);
        return Take(observed.Message.Message, observed.Ticket.Id, derived, decision, started: null);
    }

    /// <summary>The facts of a message that was decided before. Changes nothing.</summary>
    public DerivedFacts DeriveAgain(ObservedFacts observed) => Derivation.Derive(observed, incidents, Arm.Configuration);

    /// <summary>Derives a message decided before and takes it into incidents again: the live service does so from its database at start.</summary>
    public DerivedFacts Recall(ObservedFacts observed)
    {
        var message = observed.Message.Message;
        var derived = Derivation.Derive(observed, incidents, Arm.Configuration);
        if (message.Revision == 0) incidents.Add(message, derived.Context, PersonOf(derived));
        return derived;
    }

    private static CustomerId? PersonOf(DerivedFacts derived) => derived.Customer.IdKnown ? new CustomerId(derived.Customer.Id) : null;
}
