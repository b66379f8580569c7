using System.Globalization;
using Escalation.History.Reading;

namespace Escalation.Replay.Simulation;

/// <summary>How many minutes of an agent's attention an answer takes, by team; drawn from given or fitted minutes.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class HandlingTimes
{
    /// <summary>A team with fewer observations draws from those of all teams.</summary>
    public const int LeastOfTeam = 30;

    private const double MostMinutes = 10_000;

    private readonly Dictionary<string, double[]> byTeam;
    private readonly double[] pooled;
    private readonly Func<double, double>? formula;

    private HandlingTimes(string source, IEnumerable<(string Team, double Minutes)> observed, int leastOfTeam)
    {
        var all = observed.ToList();
        (Source, N) = (source, all.Count);
        pooled = [.. all.Select(o => o.Minutes).Order()];
        byTeam = all.Where(o => o.Team.Length > 0).GroupBy(o => o.Team, StringComparer.Ordinal).Where(g => g.Count() >= leastOfTeam)
            .ToDictionary(g => g.Key, g => g.Select(o => o.Minutes).Order().ToArray(), StringComparer.Ordinal);
    }

    private HandlingTimes(string source, Func<double, double> formula) => (Source, this.formula, byTeam, pooled) = (source, formula, [], []);

    /// <summary>Where they come from, in words.</summary>
    public string Source { get; }

    /// <summary>Observations behind them; 0 where a number was given.</summary>
    public int N { get; }

    /// <summary>Mean minutes over all observations, or of the formula.</summary>
    public double MeanMinutes => formula is null ? pooled.Average() : Enumerable.Range(0, 1000).Average(i => formula((i + .5) / 1000));

    /// <summary>The same minutes for every answer.</summary>
    public static HandlingTimes Constant(double minutes) => new(string.Create(CultureInfo.InvariantCulture, $"given, {minutes:0.###} minutes each"), _ => minutes);

    /// <summary>Exponential minutes.</summary>
    public static HandlingTimes Exponential(double mean) => new(string.Create(CultureInfo.InvariantCulture, $"given, exponential with mean {mean:0.###} minutes"), share => -mean * Math.Log(1 - share));

    /// <summary>Minutes observed.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="observed">At least one; a blank team counts for all teams only.</param>
    /// <param name="leastOfTeam">Observations that a team needs to stand for itself.</param>
    public static HandlingTimes Observed(string source, IEnumerable<(string Team, double Minutes)> observed, int leastOfTeam = LeastOfTeam) => new(source, observed, leastOfTeam);

    /// <summary>Reads <c>--handling FILE|MINUTES</c>; null with a problem. The file is a CSV with the columns <c>team,minutes</c>, one observation a row.</summary>
    public static HandlingTimes? Parse(string text, out string? problem)
    {
        problem = null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes))
        {
            if (minutes is > 0 and < MostMinutes) return Constant(minutes);
            problem = $"--handling: {text} minutes cannot be; write a number above 0, or a CSV file with the columns team,minutes";
            return null;
        }
        if (!File.Exists(text))
        {
            problem = $"--handling: {text} is neither a number of minutes nor a file; write for example 9, or a CSV file with the columns team,minutes";
            return null;
        }
        return Read(text, out problem);
    }

    private static HandlingTimes? Read(string path, out string? problem)
    {
        var rows = new List<(string, double)>();
        var problems = new List<string>();
        CsvTable.Read(path, ["team", "minutes"], "its first line must name the columns team,minutes", row =>
        {
            if (double.TryParse(row["minutes"], NumberStyles.Float, CultureInfo.InvariantCulture, out var each) && each is > 0 and < MostMinutes) rows.Add((row["team"], each));
            else problems.Add(row.Problem($"minutes: '{row["minutes"]}' is no number above 0"));
        }, problems);
        if (problems.Count == 0 && rows.Count == 0) problems.Add($"{path}: minutes: the file has no row; write one observation a row as team,minutes");
        problem = problems.FirstOrDefault();
        return problem is null ? Observed($"given, {path}", rows, leastOfTeam: 1) : null;
    }

    /// <summary>The minutes at a share of the distribution.</summary>
    /// <param name="team">The team that answers.</param>
    /// <param name="share">0 to 1; the same share gives the same minutes.</param>
    public double MinutesAt(string team, double share)
    {
        if (formula is not null) return formula(share);
        var values = byTeam.GetValueOrDefault(team, pooled);
        return values[Math.Min(values.Length - 1, (int)(share * values.Length))];
    }
}
