using System.CommandLine;
using Escalation.Cli;
using Escalation.Cli.Commands;

var root = new RootCommand("Escalation reads every customer message, recommends which to escalate and to whom, and shows why.")
{
    CommandOptions.Database, CommandOptions.Rules, CommandOptions.Models, CommandOptions.Json,
};
root.Subcommands.Add(RulesCommand.Create());
return await CommandRunner.RunAsync(root, args);
