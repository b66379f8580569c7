using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Schemas;

/// <summary>The part of rules/LANGUAGE.md on when a rule counts.</summary>
internal static class LifecycleText
{
    /// <summary>Its lines.</summary>
    public static readonly string[] Lines =
    [
        "## When a rule counts",
        "",
        $"`stage` is {string.Join(", ", Wire.All<RuleStage>().Select(s => $"`{s}`"))}: a live rule decides, a shadow rule is run and recorded beside the live ones without effect, a draft is not run.",
        "`effectiveFrom` and `effectiveTo` (a date, which is its midnight in UTC, or a time with an offset; the end is exclusive) say when a live or shadow rule runs, by the time at which the message was received; the `effectiveTo` of a shadow rule is the end of its run, after which it neither runs nor is recorded; a shadow rule without one is warned of when it is loaded. The service and `decide` honour them; `rules impact`, cases and `replay` ask what a rule does at any time; `rules impact --effective-dates` (over HTTP: `effectiveDates`) and `replay --effective-dates` honour them too. `rules list` shows them, `rules check` warns of those that are past.",
        "",
        "`escalation rules snooze RULE --customer C | --product P --until T --reason R` sets one signal rule aside for one customer or one product. It holds from the next message to before its end, by the time at which a message is received; decisions show the rule under `excepted` with the signal that it would have given, and do not count it. `rules snoozes` lists, `rules unsnooze ID` ends one early; `/api/v1/rules/snoozes` does the same. A rule that must escalate is snoozed only with `--must-escalate`. What is in force is part of the configuration's id, and `replay --exceptions --database C` honours each in its time.",
        "",
        "## When a rule fails",
        "",
        "A rule that throws is an error on that message, and the others still count; the decision is then marked degraded, unless only shadow rules threw, which are listed apart (`shadowErrors`). One that reads an unknown fact without guarding it is unavailable, which counts as a miss. `/api/v1/rules/health` and `/metrics` count both. A signal rule that threw on as many of its last messages as `policy.json: quarantine {\"errors\": 20, \"evaluations\": 50}` says (0 errors = never) is quarantined: not run from the next message on, named under `excepted`, with one alarm. `rules quarantine list` shows it, and `replay --exceptions` knows it in its time; `rules quarantine end RULE --reason R`, or a rule set in which the rule is another, has it run again. A routing rule that throws is passed over on that message; it is quarantined in the same way, counted over the messages that reached it, and from then on tickets go by the next rule that matches, with the one that was passed over under `excepted`. Unavailable results are never quarantined. Quarantines, and the count that leads to one, go on over a restart of the service (the count looks back over as many messages as ten such windows hold, at most 5,000); the counts of `/api/v1/rules/health` and `/metrics` begin with the process, as scrapers expect, and what was decided with an error stands in the decisions for ever.",
        "",
        "Tickets on which a live `mustEscalate` rule threw, was unavailable or is quarantined go to the review list, once for a ticket and rule: the page `/reviews`, or `/api/v1/reviews`. A look is recorded with who and what they found; a later failure on the ticket has it wait again. People are told once a rule, never a ticket.",
        "",
        "## How rules become active",
        "",
        "`escalation rules promote DIR|VERSION` shows what changes and, for every signal rule that becomes live, changes while live, or ends being live, what recorded decisions say of its run in the form that it has: messages and tickets, and how many of the messages stand on tickets that people confirmed, dismissed, missed, or said nothing of. That is recorded with the activation (`rules versions --json`). `--expect VERSION` refuses where another version is active than the one that you looked at; of two who promote at once, the second is refused in any case and told who came first.",
        "",
        "`policy.json: approval {\"mustEscalate\": true, \"routing\": true}` makes changes of rules that must escalate (with the keyword words that they read), of routing (its rules and tables with the lists that they read, teams.json, calendars/ and the default calendar), and of this setting itself, wait for a second person: `rules promote` then proposes, and `rules approve VERSION --by NAME` by somebody else makes it active, while what it was proposed against is still active. `rules withdraw VERSION --reason R` takes a proposal back. The rules in force and the new ones may both ask. `serve --follow` never serves what waits; a version that was active before needs nobody. Names are as given with `--by`: nothing proves them.",
        "",
        "Over HTTP: `POST /api/v1/rules/promote` (`version`, or `files` that change the active rules; `by`, `reason`, `expect`, `dryRun`), `POST /api/v1/rules/rollback`, `GET /api/v1/rules/proposals`, `POST /api/v1/rules/proposals/VERSION/approve` and `/withdraw`. What waits is answered with 202; where another version is active than the expected one, 409 names it.",
    ];
}
