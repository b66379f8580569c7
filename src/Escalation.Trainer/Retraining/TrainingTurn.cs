namespace Escalation.Trainer.Retraining;

/// <summary>One scheduled training at a time: a run that finds another under way steps back, and one that was killed leaves nothing to clear away.</summary>
public sealed class TrainingTurn : IDisposable
{
    private const string LockName = ".training.lock";
    private readonly FileStream held;

    private TrainingTurn(FileStream held) => this.held = held;

    /// <summary>Takes the turn in a folder; null where another process has it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TrainingTurn? Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, LockName);
        try
        {
            return new TrainingTurn(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}
