using System.CommandLine;
using System.Runtime;
using System.Text.Json;
using Escalation.Service;
using Escalation.Service.Intake;
using Escalation.Service.Intake.Channels;
using Escalation.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary><c>serve</c>: the API, the pages, and the ordered writer, until Ctrl-C.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = "Addresses to listen on, separated by ;.", DefaultValueFactory = _ => "http://127.0.0.1:5080", HelpName = "U" };
        var demo = new Option<bool>("--demo") { Description = "Fill an empty database with the bundled, synthetic history first." };
        var follow = new Option<bool>("--follow") { Description = "Put edits of the rules folder into force while serving: sound ones that were never active before." };
        var share = new Option<double>("--reference-share")
        {
            Description = "Share of decided messages, 0 to 1, on which RulesEngine's own evaluation is compared with the compiled rules.",
            DefaultValueFactory = _ => .01,
            HelpName = "P",
        };
        var channels = new Option<FileInfo?>("--channels") { Description = "The channels that help desks and others deliver to. Default: ./channels.json where it is there, else none.", HelpName = "FILE" };
        var audits = new Option<int>("--audits-a-day") { Description = "Tickets of a day that were not escalated and are put before a person blindly, on the page /audit; 0 = none.", DefaultValueFactory = _ => 5, HelpName = "N" };
        var blind = new Option<double>("--blind-share") { Description = "Share of the tickets escalated on a day, 0 to 1, that are put before a person blindly, among the others of /audit; 0 = none.", DefaultValueFactory = _ => .1, HelpName = "P" };
        var command = new Command("serve", "Takes messages, decides them, and shows the queue. Example: escalation serve --demo") { urls, demo, follow, share, channels, audits, blind };
        command.SetAction(async (parse, cancellation) =>
        {
            var addresses = parse.GetRequiredValue(urls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (ServiceHost.Refusal(addresses) is { } refusal)
            {
                await Console.Error.WriteLineAsync(refusal);
                return ExitCode.BadInput;
            }
            if (parse.GetValue(share) is not (>= 0 and <= 1))
            {
                await Console.Error.WriteLineAsync("--reference-share: write a number from 0, for none, to 1, for all");
                return ExitCode.BadInput;
            }
            if (parse.GetValue(audits) is not (>= 0 and <= 1000))
            {
                await Console.Error.WriteLineAsync("--audits-a-day: write a number from 0, for none, to 1000");
                return ExitCode.BadInput;
            }
            if (parse.GetValue(blind) is not (>= 0 and <= 1))
            {
                await Console.Error.WriteLineAsync("--blind-share: write a number from 0, for none, to 1, for all");
                return ExitCode.BadInput;
            }
            if (await ServeSetup.LoadAsync(parse, addresses, parse.GetValue(follow), parse.GetValue(share)) is not { } options) return ExitCode.BadInput;
            if (ChannelFiles.Load(parse.GetValue(channels)) is not { } ways) return ExitCode.BadInput;
            return await RunAsync(options with { Channels = ways, AuditsADay = parse.GetValue(audits), BlindShare = parse.GetValue(blind) }, parse.GetValue(demo), parse.GetValue(CommandOptions.Json), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(ServiceOptions options, bool demo, bool json, CancellationToken cancellation)
    {
        GCSettings.LatencyMode = GCLatencyMode.Interactive;
        using var logs = LoggerFactory.Create(Log);
        await using var service = await EscalationService.StartAsync(options, logs.CreateLogger("Escalation"), cancellation);
        if (demo && !await FillAsync(service, cancellation)) return ExitCode.BadInput;

        await using var app = ServiceHost.Create(service, Log, WebPages.AddWebPages, WebPages.MapWebPages);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(ended.SetResult);
        await app.StartAsync(cancellation);
        Announce(service, app, json);
        await ended.Task.WaitAsync(cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (!json) await Console.Error.WriteLineAsync("Ending: open calls are finished first.");
        await app.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private static void Log(ILoggingBuilder logging) =>
        logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(o => o.SingleLine = true).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);

    private static async Task<bool> FillAsync(EscalationService service, CancellationToken cancellation)
    {
        var (count, _) = await service.Messages.SummaryAsync(cancellation);
        if (count > 0)
        {
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{service.Database.Place} holds {count:N0} messages already; nothing was added. Another --database gives a fresh demonstration."));
            return true;
        }
        if (DemoHistory.Folder() is not { } folder)
        {
            await Console.Error.WriteLineAsync("--demo: data/history is not here; start it from the project's folder, or write one with 'escalation data generate'");
            return false;
        }
        await Console.Error.WriteLineAsync("Filling the empty database with the bundled history (synthetic, moved to end now) ...");
        var started = service.Options.Time.GetTimestamp();
        var now = Instant.FromDateTimeOffset(service.Options.Time.GetUtcNow());
        var summary = await HistoryImport.RunAsync(service.Pipeline, DemoHistory.Read(folder, now, cancellation), null, cancellation);
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{summary.Created:N0} records decided and stored in {service.Options.Time.GetElapsedTime(started).TotalSeconds:0.0} s."));
        return true;
    }

    private static void Announce(EscalationService service, WebApplication app, bool json)
    {
        var address = app.Urls.First();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { address, database = service.Database.Place, configuration = service.Configuration.At(service.Now).Id.Value }));
            return;
        }
        Console.WriteLine($"""
            Escalation listens on {address}
              queue      {address}/
              API        {address}/openapi/v1.json
              database   {service.Database.Place}
              channels   {(service.Channels.Channels.Count == 0 ? "none; --channels FILE names them" : string.Join(", ", service.Channels.Channels.Select(c => c is IWebhookChannel ? $"{address}/api/v1/channels/{c.Name}" : $"{c.Name} (fetched)")))}
              rule set   {service.Configuration.Rules.Version.Short}, frustration model {service.Configuration.Frustration?.Version.Short ?? "none"}
            Try: curl -s {address}/api/analyze-escalation -H 'Content-Type: application/json' -d '{"{"}"text":"Checkout is down and we are losing orders. I will call my lawyer."{"}"}'
            Ctrl-C ends it; what was acknowledged is on disk.
            """);
    }
}
