namespace Escalation.Storage;

/// <summary>Why the database did not do what it was asked to.</summary>
public enum StorageProblem
{
    /// <summary>Another process or connection held the write lock for longer than the busy timeout.</summary>
    Locked,

    /// <summary>The disk, quota or page limit is used up.</summary>
    Full,

    /// <summary>The file or its folder cannot be written, or is not there.</summary>
    NotWritable,

    /// <summary>The file is no database, or is damaged.</summary>
    Damaged,

    /// <summary>A migration was changed after it was applied, or the database was made by a newer version.</summary>
    WrongSchema,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>The database refused. Whatever belonged to the failed transaction is not recorded; everything recorded before is still there.</summary>
/// <remarks>The message names the place and a way out, so that it can be shown to people as it is.</remarks>
public sealed class StorageException(StorageProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of problem it is.</summary>
    public StorageProblem Problem => problem;

    /// <summary>Whether the same call can work later without anybody changing the program or the file.</summary>
    public bool IsTransient => problem is StorageProblem.Locked or StorageProblem.Full;
}
