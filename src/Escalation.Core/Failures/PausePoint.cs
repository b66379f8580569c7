using System.Globalization;

namespace Escalation.Core.Failures;

/// <summary>Named places at which a process can be made to wait, so that a test kills it exactly there.</summary>
/// <remarks>
/// The environment variable <c>ESCALATION_PAUSE</c> is read once: <c>NAME</c> or <c>NAME:N</c> says <c>paused: NAME</c> on standard error at the N-th passing of that
/// place (from 1) and waits for ever; <c>NAME:N:go</c> says it and goes on. Unset, a place costs one look at a constant. Thread-safe.
/// </remarks>
public static class PausePoint
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ESCALATION_PAUSE";

    /// <summary>A batch is taken; nothing of it is written.</summary>
    public const string Taken = "intake.taken";

    /// <summary>A batch is decided and written, its trail is not.</summary>
    public const string Decided = "decision.made";

    /// <summary>All is written; the commit, and its fsync, is next.</summary>
    public const string BeforeCommit = "commit.before";

    /// <summary>The commit is on the disk; nobody knows of it.</summary>
    public const string AfterCommit = "commit.after";

    /// <summary>A notification is about to be sent.</summary>
    public const string BeforeSending = "notify.before";

    /// <summary>The server has answered; that is not recorded.</summary>
    public const string Accepted = "notify.accepted";

    /// <summary>What became of a notification is recorded.</summary>
    public const string Recorded = "notify.recorded";

    /// <summary>A migration is applied, inside the transaction of all.</summary>
    public const string Migrated = "migrate.applied";

    /// <summary>All migrations are applied; the commit is next.</summary>
    public const string BeforeMigrationCommit = "migrate.commit";

    /// <summary>A trained version is whole under a name of its own; the rename is next.</summary>
    public const string BeforeVersionRename = "retrain.before_rename";

    /// <summary>A trained version has its name.</summary>
    public const string AfterVersionRename = "retrain.after_rename";

    /// <summary>What names the champion (the second time: the champions before) is whole under a name of its own; the rename is next.</summary>
    public const string BeforeChampionRename = "promote.before_rename";

    /// <summary>The champion (the second time: the list of those before) is another one.</summary>
    public const string AfterChampionRename = "promote.after_rename";

    private static readonly Pause? Asked = Pause.Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Says that this place is passed.</summary>
    public static void Pass(string place)
    {
        if (Asked is not null) Asked.Pass(place);
    }

    private sealed class Pause(string place, int number, bool goesOn)
    {
        private int passed;

        public static Pause? Parse(string? asked)
        {
            if (string.IsNullOrEmpty(asked)) return null;
            var parts = asked.Split(':');
            return new Pause(parts[0], parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1, parts is [_, _, "go"]);
        }

        public void Pass(string at)
        {
            if (at != place || Interlocked.Increment(ref passed) != number) return;
            Console.Error.WriteLine($"paused: {at}");
            if (!goesOn) Thread.Sleep(Timeout.Infinite);
        }
    }
}
