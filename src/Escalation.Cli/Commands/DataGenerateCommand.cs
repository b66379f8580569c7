using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Escalation.History.Synthetic;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Cli.Commands;

/// <summary><c>data generate</c>: writes a made-up history.</summary>
internal static class DataGenerateCommand
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    /// <summary>The command <c>generate</c>, to stand under <c>data</c>.</summary>
    public static Command Create()
    {
        var messages = new Option<long>("--messages")
        {
            Description = "Messages in all, agents' included. About 1,200 a day: 100,000 span three months; a small history still spans three weeks.",
            Required = true,
            HelpName = "N",
        };
        messages.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n < 1)
                result.AddError("--messages: at least 1 message must be asked for");
        });
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same bytes.", DefaultValueFactory = _ => 1, HelpName = "S" };
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder for the files; made where it is missing, refused where it is not empty.", Required = true, HelpName = "DIR" };
        var from = new Option<string>("--start") { Description = "Day on which the history begins (UTC).", DefaultValueFactory = _ => "2025-01-06", HelpName = "DATE" };
        from.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !LocalDatePattern.Iso.Parse(result.Tokens[0].Value).Success)
                result.AddError($"--start: '{result.Tokens[0].Value}' is no date; write it as 2025-01-06");
        });
        var queued = new Option<bool>("--queue") { Description = "Let answers wait for a free agent, of whom there are fewer. Without it response times are drawn, and simulate refuses the history; with it, it may still do so for the median." };
        var force = new Option<bool>("--force") { Description = "Replace the files of an earlier run in a folder that is not empty." };
        var command = new Command("generate", """
            Writes a made-up history of a support organisation, and apart from it what is true of every message.

            Example: escalation data generate --messages 100000 --seed 7 --out history
            """)
        {
            messages, seed, folder, from, queued, force,
        };
        command.SetAction((parse, cancellation) => Task.Run(() => Run(
            new SyntheticOptions
            {
                Messages = parse.GetRequiredValue(messages),
                Seed = parse.GetRequiredValue(seed),
                HasQueue = parse.GetValue(queued),
                Start = LocalDatePattern.Iso.Parse(parse.GetRequiredValue(from)).Value.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant(),
            },
            parse.GetRequiredValue(folder), parse.GetValue(force), parse.GetValue(CommandOptions.Json), cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(SyntheticOptions options, DirectoryInfo folder, bool force, bool asJson, CancellationToken cancellation)
    {
        if (!force && folder.Exists && folder.EnumerateFileSystemInfos().Any())
        {
            Console.Error.WriteLine($"{folder}: the folder is not empty; name another one, or replace generated files with --force");
            return ExitCode.BadInput;
        }
        var clock = Stopwatch.StartNew();
        var said = TimeSpan.Zero;
        var counts = SyntheticFolder.Generate(options, folder.FullName, force, history =>
        {
            if (clock.Elapsed - said < TimeSpan.FromSeconds(1)) return;
            said = clock.Elapsed;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{history.Messages:N0} of {options.Messages:N0} messages, {history.Now.InUtc().Date:uuuu-MM-dd}, {history.Messages / said.TotalSeconds:N0} a second"));
        }, cancellation);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(counts, Camel));
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{folder}: {counts.Messages:N0} messages ({counts.Truths:N0} by customers), {counts.Events:N0} events, {counts.Labels:N0} labels; synthetic, seed {options.Seed}"));
        return ExitCode.Done;
    }
}
