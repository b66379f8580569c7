using System.CommandLine;
using Escalation.Cli.Commands;
using Escalation.Cli.Commands.Customers;
using Escalation.Cli.Commands.Labels;
using Escalation.Cli.Commands.Notifications;
using Escalation.Cli.Commands.Sla;
using Escalation.Cli.Commands.Weights;
using Escalation.Core.Tickets;
using Escalation.Service.Identity;

namespace Escalation.Cli;

/// <summary>All commands: what <c>escalation --help</c> shows.</summary>
internal static class CommandTree
{
    /// <summary>The root with every command under it.</summary>
    /// <param name="clock">The one clock of the process.</param>
    /// <param name="store">Takes imported records into the database that the command line names.</param>
    /// <param name="link">Follows an order on who a customer is, in the database that the command line names; the refusal where it cannot be followed.</param>
    public static RootCommand Create(
        TimeProvider clock, Func<ParseResult, IReadOnlyList<HistoryRecord>, CancellationToken, Task> store, Func<ParseResult, LinkOrder, CancellationToken, Task<(string Field, string Message)?>> link) =>
        new("Escalation reads every customer message, recommends which to escalate and to whom, and shows why. Example: escalation serve --demo")
        {
            CommandOptions.Database, CommandOptions.Rules, CommandOptions.Models, CommandOptions.Json,
            DecideCommand.Create(ConfigurationLoader.Load, clock),
            RulesCommand.Create(ConfigurationLoader.Load, clock),
            ReplayCommand.Create(ConfigurationLoader.Load, clock),
            SimulateCommand.Create(ConfigurationLoader.Load),
            DiscoverCommand.Create(ConfigurationLoader.Load, clock),
            TrainCommand.Create(LabelledMessages.Of, clock),
            ModelsCommand.Create(ConfigurationLoader.Load, LabelledMessages.Of, clock),
            new Command("labels", "Cares for what people said. Example: escalation labels review --audit 100 --out review.csv")
            {
                LabelsReviewCommand.Create(LabelledMessages.Of, store, clock),
            },
            new Command("weights", "Learns the weights of triggers. Example: escalation weights learn --history data/history") { WeightsLearnCommand.Create(ConfigurationLoader.Load) },
            ImportCommand.Create(ConfigurationLoader.Load, store),
            ServeCommand.Create(),
            MetricsCommand.Create(),
            SlaCommand.Create(clock),
            NotificationsCommand.Create(ConfigurationLoader.Load, clock),
            CustomersCommand.Create(clock, link),
            DbMigrateCommand.Create(),
            new Command("data", "Makes data. Example: escalation data generate --messages 100000 --seed 7 --out history") { DataGenerateCommand.Create() },
        };
}
