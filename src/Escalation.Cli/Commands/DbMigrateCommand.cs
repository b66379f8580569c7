using System.CommandLine;
using System.Text.Json;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary><c>db migrate</c>: brings the schema of a database to the version of this program.</summary>
internal static class DbMigrateCommand
{
    /// <summary>The command <c>db</c> with its sub-command.</summary>
    public static Command Create()
    {
        var migrate = new Command("migrate", "Creates the database, or brings its schema to this version. Example: escalation db migrate --database escalation.db");
        migrate.SetAction(async (parse, cancellation) =>
        {
            var database = EscalationDatabase.At(parse.GetValue(CommandOptions.Database)!);
            var applied = await database.MigrateAsync(SystemClock.Instance.GetCurrentInstant().ToUnixTimeMilliseconds(), cancellation);
            database.Release();
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(new { database = database.Place, applied }));
            else Console.WriteLine(applied.Count == 0 ? $"{database.Place} is up to date" : $"{database.Place}: applied {string.Join(", ", applied)}");
            return ExitCode.Done;
        });
        return new Command("db", "Looks after the database. Example: escalation db migrate --database escalation.db") { migrate };
    }
}
