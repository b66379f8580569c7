using System.Text.Json;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Simulation;

/// <summary>What is true of a message.</summary>
/// <param name="Needed">Whether its ticket needs an escalation as of it.</param>
/// <param name="RightTeam">The team it belongs to; null = unknown.</param>
public readonly record struct MessageNeed(bool Needed, string? RightTeam);

/// <summary>truth.jsonl: what is true of each customer message, beside a generated history or from people who read it all.</summary>
public static class TruthFile
{
    /// <summary>Reads it; null with a problem.</summary>
    /// <param name="file">Lines with <c>messageId</c>, <c>needed</c> and perhaps <c>rightTeam</c>.</param>
    /// <param name="problem">What is wrong where.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<MessageId, MessageNeed>? Read(string file, out string? problem)
    {
        problem = null;
        if (!File.Exists(file))
        {
            problem = $"--truth: {file} is not there; name a file of lines such as {{\"messageId\":\"M-1\",\"needed\":true,\"rightTeam\":\"billing\"}}";
            return null;
        }
        var found = new Dictionary<MessageId, MessageNeed>();
        var teams = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var parsed = JsonDocument.Parse(line);
                var team = parsed.RootElement.TryGetProperty("rightTeam", out var right) ? right.GetString() : null;
                if (team is not null && !teams.TryAdd(team, team)) team = teams[team];
                found[new MessageId(parsed.RootElement.GetProperty("messageId").GetString()!)] = new MessageNeed(parsed.RootElement.GetProperty("needed").GetBoolean(), team);
            }
            catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                problem = $"{file}:{number}: truth: a line needs messageId and needed (true or false): {unreadable.Message}";
                return null;
            }
        }
        return found;
    }
}
