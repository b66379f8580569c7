using System.CommandLine;
using Escalation.Storage;

namespace Escalation.Cli.Commands;

/// <summary><c>db migrate</c>.</summary>
internal static class DbCommand
{
    /// <summary>The command with its sub-commands.</summary>
    public static Command Create(TimeProvider clock)
    {
        var migrate = new Command("migrate", "Brings the database up to this version. Example: escalation db migrate --database escalation.db");
        migrate.SetAction(async (parse, cancellation) =>
        {
            try
            {
                var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
                var applied = await database.MigrateAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), cancellation);
                Console.WriteLine(applied.Count == 0 ? $"{database.Place}: up to date" : $"{database.Place}: applied {string.Join(", ", applied)}");
                return ExitCode.Done;
            }
            catch (StorageException broken)
            {
                await Console.Error.WriteLineAsync(broken.Message);
                return ExitCode.Broken;
            }
        });
        return new Command("db", "Looks after the database.") { migrate };
    }
}
