using System.CommandLine;
using Escalation.Cli.Commands;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;
using Escalation.Rules;
using Escalation.Service;
using Escalation.Service.Identity;
using Escalation.Service.Intake;
using Escalation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Escalation.Cli;

/// <summary>Takes imported records through the same ordered writer as the service; started with the first batch.</summary>
internal sealed class DatabaseImporter : IAsyncDisposable
{
    private EscalationService? service;

    /// <summary>Records a batch durably; a batch that is there already changes nothing.</summary>
    /// <exception cref="StorageException">The database cannot be used; nothing of the batch was recorded.</exception>
    public async Task StoreAsync(ParseResult parse, IReadOnlyList<HistoryRecord> records, CancellationToken cancellation)
    {
        service ??= await StartAsync(parse, cancellation);
        await HistoryImport.RunAsync(service.Pipeline, records, null, cancellation);
    }

    /// <summary>Follows an order on who a customer is.</summary>
    /// <returns>Why it cannot be followed; null where it was.</returns>
    /// <exception cref="StorageException">The database cannot be used; nothing changed.</exception>
    public async Task<(string Field, string Message)?> LinkAsync(ParseResult parse, LinkOrder order, CancellationToken cancellation)
    {
        try
        {
            service ??= await StartAsync(parse, cancellation);
        }
        catch (StorageException served) when (served.Problem == StorageProblem.Locked)
        {
            return ("--database", $"{served.Message}; while it is served, its page /customers and POST /api/v1/customer-links do the same");
        }
        return await service.LinkAsync(order, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (service is not null) await service.DisposeAsync();
    }

    private static async Task<EscalationService> StartAsync(ParseResult parse, CancellationToken cancellation)
    {
        var models = CommandOptions.FolderOf(parse.GetValue(CommandOptions.Models), "models")?.FullName;
        var loaded = ConfigurationLoader.Load(new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, models));
        foreach (var problem in loaded.Problems) await Console.Error.WriteLineAsync(problem);
        if (loaded.Configuration is not { Rules: RuleSet rules } configuration)
            throw new IOException("nothing was recorded: the rules above have problems; see 'escalation rules check'");
        return await EscalationService.StartAsync(new ServiceOptions
        {
            Database = parse.GetRequiredValue(CommandOptions.Database),
            Rules = rules,
            Models = ModelRegistry.Open(models),
            Frustration = configuration.Frustration,
        }, NullLogger.Instance, cancellation);
    }
}
