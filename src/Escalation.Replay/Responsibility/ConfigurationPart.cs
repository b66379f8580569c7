using Escalation.Core.Decisions;
using Escalation.Rules;

namespace Escalation.Replay.Responsibility;

/// <summary>A part in which two configurations differ: a part of the rules, or a model.</summary>
/// <param name="Name">As reports name it.</param>
/// <param name="Rules">The part of the rules; null for a model.</param>
internal sealed record ConfigurationPart(string Name, RulePart? Rules)
{
    /// <summary>More parts than these are taken file by file: each costs two rule sets to be compiled.</summary>
    public const int MostParts = 24;

    private static readonly ConfigurationPart Frustration = new("frustration model", null), Team = new("team model", null);

    /// <summary>The parts in which two configurations differ; their rules must be compiled <see cref="RuleSet"/>s.</summary>
    public static IReadOnlyList<ConfigurationPart> Between(Configuration before, Configuration after)
    {
        var (old, now) = (((RuleSet)before.Rules).Files, ((RuleSet)after.Rules).Files);
        var rules = RuleParts.Between(old, now);
        if (rules.Count > MostParts) rules = RuleParts.Files(old, now);
        var parts = rules.Select(r => new ConfigurationPart(r.Name, r)).ToList();
        if (before.Frustration?.Version != after.Frustration?.Version) parts.Add(Frustration);
        if (before.Team?.Version != after.Team?.Version) parts.Add(Team);
        return parts;
    }

    /// <summary>A configuration with some parts as another has them; null where the rules do not load so.</summary>
    public static Configuration? Put(IEnumerable<ConfigurationPart> parts, Configuration target, Configuration source)
    {
        var (frustration, team) = (target.Frustration, target.Team);
        var files = ((RuleSet)target.Rules).Files;
        var present = files;
        foreach (var part in parts)
        {
            if (part == Frustration) frustration = source.Frustration;
            else if (part == Team) team = source.Team;
            else files = part.Rules!.Put(files, ((RuleSet)source.Rules).Files);
        }
        var made = target;
        if (!ReferenceEquals(files, present))
        {
            if (RuleSetLoader.Load(files.Without("tests"), FailingCases.NotRun).RuleSet is not { } rules) return null;
            made = made.With(rules);
        }
        return ReferenceEquals(frustration, target.Frustration) && ReferenceEquals(team, target.Team) ? made : made.With(frustration, team);
    }
}
