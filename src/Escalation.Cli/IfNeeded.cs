using System.CommandLine;
using Escalation.Cli.Commands.Models;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Escalation.Trainer.Retraining;

namespace Escalation.Cli;

/// <summary><c>train --if-needed</c>: safe to run from cron.</summary>
internal static class IfNeeded
{
    /// <summary>The option.</summary>
    public static readonly Option<bool> Option = new("--if-needed") { Description = "Train only with enough new labels, or fewer and drift; one run at a time. Safe to run from cron." };

    /// <summary>Trains where it is needed and nobody else does; says on standard error why or why not.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="target">What it predicts.</param>
    /// <param name="rows">What would be trained on.</param>
    /// <param name="output">The models folder.</param>
    /// <param name="train">Trains and gives the exit code.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(ParseResult parse, string target, TrainingRows rows, string output, Func<Task<int>> train, CancellationToken cancellation)
    {
        if (!parse.GetValue(Option)) return await train();
        using var turn = TrainingTurn.Take(output);
        if (turn is null)
        {
            await Console.Error.WriteLineAsync($"not needed: another training into {output} is under way");
            return ExitCode.Done;
        }
        var registry = ModelRegistry.Open(output);
        try
        {
            var versions = registry.List(target);
            var champion = versions.FirstOrDefault(v => v.IsChampion);
            var drift = champion is null ? null : await ModelsDriftCommand.OfDatabaseAsync(parse, champion, cancellation);
            var need = RetrainingNeed.Of(rows, versions, champion, () => drift?.IsDrift == true);
            await Console.Error.WriteLineAsync(need.Reason);
            return need.IsNeeded ? await train() : ExitCode.Done;
        }
        catch (ModelFormatException damaged)
        {
            await Console.Error.WriteLineAsync(damaged.Message);
            return ExitCode.BadInput;
        }
    }
}
