namespace Escalation.Journeys;

/// <summary>A folder of one test, deleted at its end.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-journey-");

    public string Folder => folder.FullName;

    public string At(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
