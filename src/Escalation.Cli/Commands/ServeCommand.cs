using System.CommandLine;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Inference.Registry;
using Escalation.Rules;
using Escalation.Service;
using Escalation.Service.Intake;
using Escalation.Storage;
using Escalation.Web;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Escalation.Cli.Commands;

/// <summary><c>serve</c>: the API and the page, over one database.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>The command.</summary>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load)
    {
        var urls = new Option<string>("--urls") { Description = "Addresses to listen on, separated by ;", DefaultValueFactory = _ => DefaultUrl, HelpName = "U" };
        var demo = new Option<bool>("--demo") { Description = "Import the bundled synthetic history first, into an empty database." };
        var command = new Command("serve", "Serves the API and the page with the queue. Example: escalation serve --demo --database demo.db") { urls, demo };
        command.SetAction((parse, cancellation) => RunAsync(parse, load, parse.GetRequiredValue(urls).Split(';'), parse.GetValue(demo), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, Func<ConfigurationRequest, ConfigurationLoad> load, string[] urls, bool demo, CancellationToken cancellation)
    {
        if (ServiceHost.Refusal(urls) is { } refusal) return await RefuseAsync(refusal);
        var models = CommandOptions.FolderOf(parse.GetValue(CommandOptions.Models), "models")?.FullName;
        var loaded = load(new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, models));
        foreach (var problem in loaded.Problems) await Console.Error.WriteLineAsync(problem);
        if (loaded.Configuration is not { Rules: RuleSet rules } configuration) return ExitCode.BadInput;

        using var logs = LoggerFactory.Create(Log);
        var options = new ServiceOptions
        {
            Database = parse.GetRequiredValue(CommandOptions.Database),
            Rules = rules,
            Models = ModelRegistry.Open(models),
            Frustration = configuration.Frustration,
            FrustrationProblem = configuration.Frustration is null ? string.Join(' ', loaded.Problems) : null,
            Urls = urls,
        };
        try
        {
            await using var service = await EscalationService.StartAsync(options, logs.CreateLogger("Escalation"), cancellation);
            if (demo && await ImportDemoAsync(service, cancellation) is { } refused) return await RefuseAsync(refused);
            await using var app = ServiceHost.Create(service, Log, services => services.AddWebPages(), routes => routes.MapWebPages());
            await app.StartAsync(cancellation);
            Console.WriteLine($"Escalation listens on {string.Join(", ", app.Urls)}: open it in a browser. Ctrl-C ends it.");
            await app.WaitForShutdownAsync(cancellation);
            return ExitCode.Done;
        }
        catch (StorageException broken)
        {
            await Console.Error.WriteLineAsync(broken.Message);
            return ExitCode.Broken;
        }
    }

    /// <returns>Why nothing was imported; null where it was.</returns>
    private static async Task<string?> ImportDemoAsync(EscalationService service, CancellationToken cancellation)
    {
        await foreach (var _ in new HistoryStore(service.Database).StreamAsync(null, cancellation))
        {
            await Console.Error.WriteLineAsync("--demo: the database holds messages already; serving them");
            return null;
        }
        var folder = Path.Combine(AppContext.BaseDirectory, "data", "history");
        if (HistorySource.Open([folder], new HistoryReadOptions(), out var problem) is not { } source) return $"--demo: {problem}";
        var summary = await HistoryImport.RunAsync(service.Pipeline, source.Read(cancellation), null, cancellation);
        await Console.Error.WriteLineAsync($"--demo: {summary.Records} synthetic records imported");
        return null;
    }

    private static void Log(ILoggingBuilder logging) => logging.AddSimpleConsole(o => o.SingleLine = true).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return ExitCode.BadInput;
    }
}
