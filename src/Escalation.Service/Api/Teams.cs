using Escalation.Service.Intake;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Escalation.Service.Api;

/// <summary>Teams that callers name.</summary>
internal static class Teams
{
    /// <summary>The problem of a team that teams.json does not have; null where it has it, or has none at all.</summary>
    public static ProblemHttpResult? Refusal(string team, string field, EscalationService service) => Unknown(team, field, service) is { } unknown ? Problems.Of(unknown) : null;

    /// <summary>As <see cref="Refusal"/>, before it is an answer.</summary>
    public static BodyProblem? Unknown(string team, string field, EscalationService service)
    {
        var known = service.Configuration.Rules.Teams;
        return known.Teams.Count == 0 || known.Find(team) is not null ? null
            : new BodyProblem(400, "/" + field, $"{field}: \"{team}\" is no team of teams.json; name one of {string.Join(", ", known.Teams.Select(t => t.Id))}");
    }
}
