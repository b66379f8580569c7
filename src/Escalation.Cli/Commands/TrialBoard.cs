using System.Globalization;
using Escalation.Trainer.Search;

namespace Escalation.Cli.Commands;

/// <summary>The search as it goes, on standard error: on a terminal the five best trials and the time left, rewritten in place; elsewhere a line whenever the best changes.</summary>
internal sealed class TrialBoard : IMonitor
{
    private const int Shown = 5, Width = 110;
    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private readonly List<TrialResult> best = [];
    private int done, failed, lines;

    /// <inheritdoc/>
    public void ReportRunningTrial(TrialSettings settings)
    {
    }

    /// <inheritdoc/>
    public void ReportCompletedTrial(TrialResult result, TimeSpan? left)
    {
        done++;
        if (result.Settings.DataShare >= 1) best.Add(result);
        best.Sort((a, b) => a.Loss.CompareTo(b.Loss));
        if (best.Count > Shown) best.RemoveRange(Shown, best.Count - Shown);
        if (!isTerminal) return;
        var budget = left is { } time ? string.Create(CultureInfo.InvariantCulture, $", {Math.Max(0, time.TotalSeconds):0} s left (Ctrl-C: enough)") : " (Ctrl-C: enough)";
        Draw([string.Create(CultureInfo.InvariantCulture, $"{done} trials{(failed > 0 ? $", {failed} failed" : "")}{budget}"), "  log-loss  metric  seconds", .. best.Select(Line)]);
    }

    /// <inheritdoc/>
    public void ReportBestTrial(TrialResult result)
    {
        if (!isTerminal) Console.Error.WriteLine($"trial {result.Settings.TrialId.ToString(CultureInfo.InvariantCulture)} is the best so far: log-loss {result.Loss.ToString("0.0000", CultureInfo.InvariantCulture)}, {result.Settings.Parameters}");
    }

    /// <inheritdoc/>
    public void ReportFailTrial(TrialResult result)
    {
        failed++;
        lines = 0;
        Console.Error.WriteLine($"trial {result.Settings.TrialId.ToString(CultureInfo.InvariantCulture)} failed ({result.Settings.Parameters}): {result.Failure}");
    }

    private static string Line(TrialResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"  {result.Loss:0.0000}    {result.Metric:0.0000}  {result.Seconds,7:0.0}  {result.Settings.Parameters}");

    private void Draw(IReadOnlyList<string> text)
    {
        if (lines > 0) Console.Error.Write($"\u001b[{lines.ToString(CultureInfo.InvariantCulture)}A");
        foreach (var line in text) Console.Error.WriteLine((line.Length > Width ? line[..Width] : line) + "\u001b[K");
        lines = text.Count;
    }
}
