using System.CommandLine;

namespace Escalation.Cli;

/// <summary>Options that every command takes; they are read with <c>parse.GetValue(CommandOptions.Json)</c>.</summary>
internal static class CommandOptions
{
    /// <summary>A SQLite path or <c>Data Source=...</c>.</summary>
    public static readonly Option<string> Database = new("--database")
    {
        Description = "SQLite file, or a connection string (Data Source=...).",
        DefaultValueFactory = _ => "escalation.db",
        Recursive = true,
        HelpName = "C",
    };

    /// <summary>A rules folder; null = ./rules where it is there, else the embedded default.</summary>
    public static readonly Option<DirectoryInfo?> Rules = new("--rules")
    {
        Description = "Rules folder; replay takes a stored version too. Default: ./rules where it is there, else the embedded rules.",
        Recursive = true,
        HelpName = "DIR",
    };

    /// <summary>A models folder; null = ./models where it is there, else the embedded default.</summary>
    public static readonly Option<DirectoryInfo?> Models = new("--models")
    {
        Description = "Models folder. Default: ./models where it is there, else the embedded model.",
        Recursive = true,
        HelpName = "DIR",
    };

    /// <summary>Machine-readable output.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON for machines.", Recursive = true };

    /// <summary>Refuses a number below the least.</summary>
    public static void AtLeast<T>(this Option<T> option, T least) where T : struct, IComparable<T> => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && result.GetValueOrDefault<T>().CompareTo(least) < 0) result.AddError(FormattableString.Invariant($"{option.Name}: must be at least {least}"));
    });

    /// <summary>The folder given, else the working folder's own of that name, else null for the embedded default.</summary>
    public static DirectoryInfo? FolderOf(DirectoryInfo? given, string name) =>
        given ?? (Directory.Exists(name) ? new DirectoryInfo(name) : null);
}
