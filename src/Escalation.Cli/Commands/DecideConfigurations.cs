using Escalation.Core.Decisions;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary>What a configuration is made of, as the command line names it.</summary>
/// <param name="Rules">A rules folder or a version; null = ./rules, else the embedded rules.</param>
/// <param name="Models">A models folder; null = ./models, else the embedded model.</param>
/// <param name="Frustration">A version of the frustration model; null = the champion.</param>
/// <param name="Team">A version of the team model; null = the champion, where there is one.</param>
/// <param name="Database">Where a version of the rules is looked for; null = rules are a folder.</param>
/// <param name="IsTrial">It is only tried on messages: a failing case of the rules is a warning.</param>
internal sealed record ConfigurationRequest(string? Rules, string? Models, string? Frustration = null, string? Team = null, string? Database = null, bool IsTrial = false);

/// <summary>A configuration with what should be known of it, or null with what is wrong; one line each, with its place.</summary>
internal sealed record ConfigurationLoad(Configuration? Configuration, IReadOnlyList<string> Problems)
{
    /// <summary>Whether all that was named is there; a champion that nobody named may lack, which leaves rules only.</summary>
    public bool IsComplete(ConfigurationRequest request) =>
        Configuration is not null && (request.Frustration is null || Configuration.Frustration is not null) && (request.Team is null || Configuration.Team is not null);
}

/// <summary>Reads the times and zones of the command line.</summary>
internal static class CommandTimes
{
    /// <summary>RFC 3339, or a date, which is its midnight in UTC; null with a problem.</summary>
    public static Instant? Parse(string option, string text, out string? problem)
    {
        problem = null;
        var full = text.Length == 10 ? text + "T00:00:00Z" : text;
        if (WireTime.Read(System.Text.Encoding.UTF8.GetBytes(full), null, out var instant, out _) == TimeReading.Done) return instant;
        problem = $"{option}: \"{text}\" is no time with an offset; write for example 2026-03-02T12:00:00Z or 2026-03-02";
        return null;
    }

    /// <summary>A zone of the tz database; null with a problem.</summary>
    public static DateTimeZone? Zone(string? id, out string? problem)
    {
        problem = null;
        if (id is null) return null;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone) return zone;
        problem = $"--time-zone: \"{id}\" is no zone of the tz database; write for example Europe/Paris or UTC";
        return null;
    }
}
