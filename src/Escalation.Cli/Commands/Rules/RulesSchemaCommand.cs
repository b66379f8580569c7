using System.CommandLine;
using Escalation.Rules.Schemas;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules schema [DIR]</c>: writes the schemas and the page of the rule language that editors and authors use.</summary>
internal static class RulesSchemaCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = RulesCommand.Folder();
        var command = new Command("schema", "Writes schema/*.schema.json and LANGUAGE.md into a rules folder, from what the validator asks. Example: escalation rules schema rules") { folder };
        command.SetAction(parse =>
        {
            if (CommandOptions.FolderOf(parse.GetValue(folder) ?? parse.GetValue(CommandOptions.Rules), "rules") is not { Exists: true } home)
            {
                Console.Error.WriteLine("rules schema: there is no rules folder to write into; name one");
                return ExitCode.BadInput;
            }
            var documentation = Path.Combine(AppContext.BaseDirectory, "Escalation.Core.xml");
            if (!File.Exists(documentation)) Console.Error.WriteLine("LANGUAGE.md is not written: this program came without Escalation.Core.xml, where the facts are described");
            foreach (var (path, content) in RuleSchemas.Generate(File.Exists(documentation) ? File.ReadAllText(documentation) : null))
            {
                var file = Path.Combine(home.FullName, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, content);
                Console.WriteLine(path);
            }
            return ExitCode.Done;
        });
        return command;
    }
}
