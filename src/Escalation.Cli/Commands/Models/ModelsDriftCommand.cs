using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Service.Versions;
using Escalation.Storage;
using Escalation.Trainer.Data;
using Escalation.Trainer.Drift;
using NodaTime;

namespace Escalation.Cli.Commands.Models;

/// <summary><c>models drift</c>: whether inputs, labels or rules changed under a model.</summary>
internal sealed class ModelsDriftCommand
{
    private const int UsualDays = 14;
    private readonly Option<string?> from = new("--from") { Description = $"Where \"now\" begins. Default: {UsualDays} days before the last message.", HelpName = "T" };
    private readonly Option<string?> since = new("--reference-from") { Description = "Where \"before\" begins; it ends where \"now\" begins. Default: the first message.", HelpName = "T" };
    private readonly Option<FileInfo?> reference = new("--reference") { Description = "CSV to hold --data against, with the same columns.", HelpName = "F" };
    private readonly Option<FileInfo?> page = new("--html") { Description = "Write the report with plots here.", HelpName = "F" };
    private readonly Option<bool> check = new("--check") { Description = "Exit 1 where inputs or labels changed." };
    private readonly LabelledRowOptions rows;

    private ModelsDriftCommand(LabelsOf labels) => rows = new LabelledRowOptions(labels);

    /// <summary>The command.</summary>
    /// <param name="labels">The labels of a database.</param>
    public static Command Create(LabelsOf labels) => new ModelsDriftCommand(labels).Command();

    private Command Command()
    {
        var command = rows.Added(new Command("drift",
            """
            Says whether inputs, labels or rules changed: score PSI, known n-grams, class balance, label rate, on the whole and by slice.
            Example: escalation models drift --from 2026-03-16 --html drift.html
            """)
        {
            ModelsCommand.Model, from, since, reference, page, check,
        });
        command.SetAction((parse, cancellation) => ModelsCommand.WithModelAsync(parse, (_, entry) => RunAsync(parse, entry, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        if (await WindowsAsync(parse, entry.Target, cancellation) is not var (before, now, words)) return ExitCode.BadInput;
        var report = await Task.Run(() => DriftReport.Of(before, now, DriftModel.Of(entry)), cancellation);
        var what = $"{entry.Target} model {entry.Version}: {words}";
        if (parse.GetValue(page) is { } file) await File.WriteAllTextAsync(file.FullName, DriftPage.Of(report, what), cancellation);
        if (parse.GetValue(CommandOptions.Json))
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                Model = entry.Version,
                report.Inputs,
                report.Labels,
                report.Rules,
                report.Verdict,
                Figures = report.Figures.Select(f => new { f.Measure, f.Slice, f.Before, f.Now, f.Effect, f.Low, f.High, f.NBefore, f.NNow, Size = Wire.Name(f.Size) }),
            }, ModelJson.Options));
        else
        {
            Console.WriteLine(what);
            foreach (var line in report.Verdict) Console.WriteLine(line);
            var table = new TextTable("measure", "slice", "before", "now", "effect", "messages", "size");
            foreach (var f in report.Figures.Where(f => f.Slice == "all" || f.Size is DriftSize.Moderate or DriftSize.Large))
                table.Add(MeasureNames.Of(f.Measure), f.Slice, Number(f.Before), Number(f.Now), Number(f.Effect), FormattableString.Invariant($"{f.NBefore} / {f.NNow}"), Wire.Name(f.Size).Replace('_', ' '));
            table.Write(Console.Out);
            if (parse.GetValue(page) is { } written) Console.WriteLine($"written to {written}");
        }
        return parse.GetValue(check) && report.IsDrift ? ExitCode.CheckFailed : ExitCode.Done;
    }

    private async Task<(IReadOnlyList<DriftRow> Before, IReadOnlyList<DriftRow> Now, string Words)?> WindowsAsync(ParseResult parse, string target, CancellationToken cancellation)
    {
        if (rows.NamesFile(parse) || !rows.IsGiven(parse))
        {
            if (await rows.ReadAsync(parse, cancellation, target) is not { } now) return null;
            if (parse.GetValue(reference) is not { } other)
            {
                await Console.Error.WriteLineAsync("--reference is needed with --data: name a CSV with the same columns to hold it against");
                return null;
            }
            if (await rows.ReadAsync(parse, other, cancellation, target) is not { } before) return null;
            return (Rows(before, target), Rows(now, target), $"{before.Name} before, {now.Name} now");
        }
        string? problem = null, second = null;
        var start = parse.GetValue(from) is { } text ? CommandTimes.Parse("--from", text, out problem) : null;
        var begin = parse.GetValue(since) is { } earliest ? CommandTimes.Parse("--reference-from", earliest, out second) : null;
        if ((problem ?? second) is { } wrong)
        {
            await Console.Error.WriteLineAsync(wrong);
            return null;
        }
        var all = await OfDatabaseAsync(parse.GetRequiredValue(CommandOptions.Database), target, cancellation);
        if (all.Count == 0)
        {
            await Console.Error.WriteLineAsync($"--database: {parse.GetRequiredValue(CommandOptions.Database)} holds no customer's message");
            return null;
        }
        var cut = start ?? (all.Max(r => r.At!.Value) - Duration.FromDays(UsualDays));
        return ([.. all.Where(r => r.At < cut && (begin is null || r.At >= begin))], [.. all.Where(r => r.At >= cut)], $"messages before {cut} and from then on");
    }

    /// <summary>The usual windows of the database, for a scheduled training; null without a database.</summary>
    public static async Task<DriftReport?> OfDatabaseAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        var place = parse.GetRequiredValue(CommandOptions.Database);
        if (!File.Exists(EscalationDatabase.At(place).Place) || await OfDatabaseAsync(place, entry.Target, cancellation) is not { Count: > 0 } all) return null;
        var cut = all.Max(r => r.At!.Value) - Duration.FromDays(UsualDays);
        return DriftReport.Of([.. all.Where(r => r.At < cut)], [.. all.Where(r => r.At >= cut)], DriftModel.Of(entry));
    }

    private static IReadOnlyList<DriftRow> Rows(TrainingRows rows, string target) => [.. rows.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text)).Select(r =>
        new DriftRow(r.Text, r.Channel, r.At, target == TeamModel.Target ? r.Team : r.Positive ? DriftRow.Yes : DriftRow.No, null))];

    private static async Task<List<DriftRow>> OfDatabaseAsync(string place, string target, CancellationToken cancellation)
    {
        var said = await DatabaseAnswers.ReadAsync(place, cancellation);
        var answers = said.Last(l => Answer(l, target) is not null).ToDictionary(a => a.Message.Id, a => Answer(a.Label, target), StringComparer.Ordinal);
        var activations = await new RuleVersions(EscalationDatabase.At(place)).ActivationsAsync(cancellation);      // the newest first
        return [.. said.Messages.Select(m => (Message: m, TextCleaner.Clean(m.Text).Text)).Where(m => !string.IsNullOrWhiteSpace(m.Text)).Select(m => new DriftRow(
            m.Text, Wire.Name(m.Message.Channel), m.Message.At, answers.GetValueOrDefault(m.Message.Id), activations.FirstOrDefault(a => a.At <= m.Message.Received)?.Rules.Value))];
    }

    private static string Number(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";

    private static string? Answer(Label label, string target) => target == TeamModel.Target
        ? string.IsNullOrWhiteSpace(label.RightTeam) ? null : label.RightTeam.Trim()
        : label.Frustrated switch { FrustratedAnswer.Yes => DriftRow.Yes, FrustratedAnswer.No => DriftRow.No, _ => null };
}
