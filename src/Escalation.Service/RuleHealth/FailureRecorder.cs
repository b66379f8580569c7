using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.RuleHealth;

/// <summary>Writes what failing rules lead to into the transaction of the batch: the review list, quarantines, and one notice for each.</summary>
internal sealed class FailureRecorder(WriteTransaction transaction, Configuration configuration, FailureWindows windows, CancellationToken cancellation)
{
    private readonly HashSet<string> quarantined = new(StringComparer.Ordinal);

    /// <summary>What a person must hear of, once the batch is durable.</summary>
    public List<string> Alarms { get; } = [];

    /// <summary>Takes in a decision.</summary>
    /// <param name="record">The decision.</param>
    /// <param name="isHistory">It was imported: its failures are listed, and nobody is told of each rule.</param>
    public async Task RecordAsync(DecisionRecord record, bool isHistory)
    {
        foreach (var error in windows.Take(record.Decision, configuration.Rules))
            if (quarantined.Add(error.Rule)) await QuarantineAsync(error, record.DecidedAt);
        if (!record.Decision.NeedsReview) return;
        foreach (var failure in Failures(record))
        {
            await ReviewStore.AddAsync(transaction, failure, cancellation);
            if (!isHistory && failure.Cause != ReviewCause.Quarantined) await TellOfFailureAsync(failure);
        }
    }

    private IEnumerable<ReviewFailure> Failures(DecisionRecord record)
    {
        var decision = record.Decision;
        foreach (var rule in configuration.Rules.SignalRules)
        {
            if (rule is not { MustEscalate: true, Stage: RuleStage.Live }) continue;
            (ReviewCause, string)? why = null;
            if (decision.Errors.FirstOrDefault(e => e.Rule == rule.Name) is { } error) why = (ReviewCause.Error, error.Message);
            else if (decision.Unavailable.Contains(rule.Name)) why = (ReviewCause.Unavailable, "it reads a fact that is not known of this message");
            else if (decision.Excepted.FirstOrDefault(e => e.Exception.Rule == rule.Name && e.Exception.Kind == RuleExceptionKind.Quarantine) is { } excepted)
                why = (ReviewCause.Quarantined, excepted.Exception.Reason);
            if (why is var (cause, detail)) yield return new ReviewFailure(record.TicketId, rule.Name, cause, detail, record.Id, record.MessageId, record.DecidedAt);
        }
    }

    private async Task QuarantineAsync(RuleError error, Instant at)
    {
        var (key, policy) = (KeyOf(error.Rule), configuration.Policy.Quarantine);
        var isRoute = configuration.Rules.RouteRules.Contains(error.Rule);
        var reason = $"it threw {policy.Errors} times within {policy.Evaluations} messages{(isRoute ? " that reached it" : "")}, the last time: {error.Message.TrimEnd('.')}";
        var id = "q-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{error.Rule}\n{key}\n{at.ToUnixTimeMilliseconds()}")).AsSpan(0, 12));
        var wanted = new RuleException { Id = id, Kind = RuleExceptionKind.Quarantine, Rule = error.Rule, From = at, Reason = reason, Actor = "serve" };
        if (await QuarantineStore.StartAsync(transaction, new Quarantine(wanted, key), cancellation) is not { } started) return;
        await TellAsync("rule_quarantined", started.Id, error.Rule, started.From, reason,
            $"Rule {error.Rule} is quarantined and not run any more: {reason}.{(isRoute ? " Tickets go by the next routing rule that matches." : "")} 'escalation rules quarantine end {error.Rule} --reason TEXT', or a rule set in which it is another, ends that");
    }

    private Task TellOfFailureAsync(ReviewFailure failure) => TellAsync("must_escalate_failed", KeyOf(failure.Rule), failure.Rule, failure.At, failure.Detail,
        $"Rule {failure.Rule} must escalate and could not be evaluated ({Wire.Name(failure.Cause)}: {failure.Detail}). Its tickets go to the review list, /reviews; this is said once");

    private async Task TellAsync(string kind, string what, string rule, Instant at, string detail, string alarm)
    {
        var payload = JsonSerializer.Serialize(new { rule, detail, rules = configuration.Rules.Version.Value });
        if (await OutboxStore.AddAsync(transaction, new OutboxRow($"{kind}/{rule}/{what}", kind, rule, at.ToUnixTimeMilliseconds(), payload), cancellation)) Alarms.Add(alarm);
    }

    private string KeyOf(string rule) => ((RuleSet)configuration.Rules).Single.Identities.First(r => r.Name == rule).Key;
}
