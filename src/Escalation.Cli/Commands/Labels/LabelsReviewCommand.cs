using System.CommandLine;
using System.Text.Json;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Labels;

namespace Escalation.Cli.Commands.Labels;

/// <summary><c>labels review</c>: which labels are likely wrong, who disagrees, what to ask next; and the answers back into the database.</summary>
internal sealed class LabelsReviewCommand
{
    private readonly Option<int> suspects = new("--suspects") { Description = "Likely errors to put before people.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly Option<int> audit = new("--audit") { Description = "Draw so many tickets, blind, of which nobody said anything; each with its chance, by which it is weighted.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<string?> design = new("--design") { Description = "The audit's name. Default: audit and the date.", HelpName = "NAME" };
    private readonly Option<int> queue = new("--queue") { Description = "Choose so many messages whose labels would teach the model most: unsure, and unlike one another.", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<int> seed = new("--seed") { Description = "Of folds and draws.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<FileInfo?> output = new("--out") { Description = "Write the messages to judge as CSV, shuffled: text and empty columns, nothing that would lead. Why each is asked stands in review.key.csv beside it, which is not for those who answer.", HelpName = "F" };
    private readonly Option<FileInfo?> answers = new("--answers") { Description = "Record a filled-in file as labels of --by; earlier labels stay.", HelpName = "F" };
    private readonly Option<FileInfo?> key = new("--key") { Description = "The key that --out wrote. Default: beside --answers.", HelpName = "F" };
    private readonly LabelledRowOptions rows;
    private readonly Func<ParseResult, IReadOnlyList<HistoryRecord>, CancellationToken, Task> store;
    private readonly TimeProvider clock;

    private LabelsReviewCommand(LabelsOf labels, Func<ParseResult, IReadOnlyList<HistoryRecord>, CancellationToken, Task> store, TimeProvider clock) =>
        (rows, this.store, this.clock) = (new LabelledRowOptions(labels), store, clock);

    /// <summary>The command.</summary>
    /// <param name="labels">The labels of a database.</param>
    /// <param name="store">Records labels through the ordered writer.</param>
    /// <param name="clock">For the audit's name and the time of the answers.</param>
    public static Command Create(LabelsOf labels, Func<ParseResult, IReadOnlyList<HistoryRecord>, CancellationToken, Task> store, TimeProvider clock) =>
        new LabelsReviewCommand(labels, store, clock).Command();

    private Command Command()
    {
        var command = rows.Added(new Command("review",
            """
            Finds labels that are likely wrong, disagreements, and annotators or channels out of line; draws audits and chooses what to ask next. Deletes nothing.
            Example: escalation labels review --audit 100 --queue 50 --out review.csv
            The filled-in file is recorded by: escalation labels review --answers review.csv --by ann
            """)
        {
            suspects, audit, design, queue, seed, output, answers, key, RulesDatabase.By,
        });
        command.SetAction((parse, cancellation) => parse.GetValue(answers) is { } file ? RecordAsync(parse, file, cancellation) : ReviewAsync(parse, cancellation));
        return command;
    }

    private async Task<int> ReviewAsync(ParseResult parse, CancellationToken cancellation)
    {
        IReadOnlyList<GivenLabel> given;
        IReadOnlyList<ReviewedMessage> unasked = [];
        if (rows.NamesFile(parse) || !rows.IsGiven(parse))
        {
            if (await rows.ReadAsync(parse, cancellation) is not { } read) return ExitCode.BadInput;
            given = GivenLabel.Of(read);
        }
        else
        {
            var said = await DatabaseAnswers.ReadAsync(parse.GetRequiredValue(CommandOptions.Database), cancellation);
            (given, unasked) = (said.Labels(), said.Unasked());
        }
        var options = new LabelReviewOptions
        {
            Suspects = Math.Max(0, parse.GetValue(suspects)),
            Audit = Math.Max(0, parse.GetValue(audit)),
            Design = parse.GetValue(design) ?? FormattableString.Invariant($"audit-{clock.GetUtcNow():yyyy-MM-dd}"),
            Queue = Math.Max(0, parse.GetValue(queue)),
            Seed = parse.GetValue(seed),
        };
        FrustrationModel? model = null;
        if (options.Audit + options.Queue > 0)
        {
            if (rows.NamesFile(parse)) await Console.Error.WriteLineAsync("--audit, --queue: every row of --data has its label; both draw from the messages of a database");
            else if ((model = await ChampionAsync(parse)) is null) return ExitCode.BadInput;
        }
        var review = await Task.Run(() => LabelReview.Of(given, unasked, model, options, cancellation), cancellation);
        if (parse.GetValue(output) is { } file) ReviewFile.Write(file.FullName, review.Items, options.Seed);
        if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(LabelReviewText.Json(review, options.Suspects), ModelJson.Options));
        else LabelReviewText.Write(review, parse.GetValue(output)?.ToString());
        return ExitCode.Done;
    }

    private static async Task<FrustrationModel?> ChampionAsync(ParseResult parse)
    {
        try
        {
            var choice = ModelRegistry.Open(parse.GetValue(CommandOptions.Models)?.FullName).Choose(FrustrationModel.Target);
            if (choice.Entry is { } entry) return entry.Load();
            await Console.Error.WriteLineAsync(choice.Problem);
        }
        catch (ModelFormatException damaged)
        {
            await Console.Error.WriteLineAsync(damaged.Message);
        }
        return null;
    }

    private async Task<int> RecordAsync(ParseResult parse, FileInfo file, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var read = ReviewFile.Read(file.FullName, parse.GetValue(key)?.FullName, problems);
        var messages = new Dictionary<string, TicketId>(StringComparer.Ordinal);
        if (problems.Count == 0)
        {
            var known = await DatabaseAnswers.ReadAsync(parse.GetRequiredValue(CommandOptions.Database), cancellation);
            foreach (var message in known.Messages) messages[message.Id] = message.TicketId;
            problems.AddRange(read.Where(a => !messages.ContainsKey(a.MessageId)).Select(a => $"{file}: message_id: the database has no customer's message {a.MessageId} to judge; is it the right --database?"));
        }
        foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
        if (problems.Count > 0) return ExitCode.BadInput;
        var (by, now) = (parse.GetRequiredValue(RulesDatabase.By), clock.Now());
        var labels = read.Select(a => (HistoryRecord)ReviewLabels.Of(a, messages[a.MessageId], by, now)).ToList();
        if (labels.Count > 0) await store(parse, labels, cancellation);
        Console.WriteLine(parse.GetValue(CommandOptions.Json)
            ? JsonSerializer.Serialize(new { Recorded = labels.Count, By = by }, ModelJson.Options)
            : $"{Counted.Of(labels.Count, "label")} by {by} recorded beside the earlier ones");
        return ExitCode.Done;
    }
}
