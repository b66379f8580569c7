using System.CommandLine;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands.Rules;

/// <summary>What commands on the rules of a database share.</summary>
internal static class RulesDatabase
{
    /// <summary>Who does it. Names are as given: nothing on the command line proves who somebody is.</summary>
    public static readonly Option<string> By = new("--by") { Description = "Who does it, for the record.", DefaultValueFactory = _ => Environment.UserName, HelpName = "NAME" };

    /// <summary>Opens and migrates the database, runs, and lets it go.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="run">Gives the exit code.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="mustExist">Whether a database that is not there is made.</param>
    public static async Task<int> WithAsync(ParseResult parse, Func<EscalationDatabase, Task<int>> run, CancellationToken cancellation, bool mustExist = true)
    {
        var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
        if (mustExist || File.Exists(database.Place))
            await database.MigrateAsync(SystemClock.Instance.GetCurrentInstant().ToUnixTimeMilliseconds(), cancellation);
        var exit = await run(database);
        database.Release();
        return exit;
    }
}
