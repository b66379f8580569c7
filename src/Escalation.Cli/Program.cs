using System.CommandLine;
using Escalation.Cli;
using Escalation.Cli.Commands;

var root = new RootCommand("Escalation reads every customer message, recommends which to escalate and to whom, and shows why.")
{
    CommandOptions.Database, CommandOptions.Rules, CommandOptions.Models, CommandOptions.Json,
};
await using var importer = new DatabaseImporter();
var clock = TimeProvider.System;
root.Subcommands.Add(DecideCommand.Create(ConfigurationLoader.Load, clock));
root.Subcommands.Add(RulesCommand.Create(ConfigurationLoader.Load));
root.Subcommands.Add(ReplayCommand.Create(ConfigurationLoader.Load, clock));
root.Subcommands.Add(TrainCommand.Create(database => new LabelledMessages(database), clock));
root.Subcommands.Add(ModelsCommand.Create(clock));
root.Subcommands.Add(ImportCommand.Create(importer.StoreAsync));
root.Subcommands.Add(ServeCommand.Create());
root.Subcommands.Add(MetricsCommand.Create());
root.Subcommands.Add(DbMigrateCommand.Create());
root.Subcommands.Add(new Command("data", "Makes data.") { DataGenerateCommand.Create() });
return await CommandRunner.RunAsync(root, args);
