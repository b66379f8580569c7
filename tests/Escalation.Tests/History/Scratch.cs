using System.Text;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.Tests.History;

/// <summary>A folder that goes with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("escalation-test-").FullName;

    public string Write(string name, params string[] lines) => WriteBytes(name, Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))));

    public string WriteBytes(string name, byte[] bytes)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Lines
{
    public static string Of(HistoryRecord record)
    {
        using var stream = new MemoryStream();
        using (var writer = new HistoryJsonWriter(stream)) writer.Write(record);
        return Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n');
    }

    public static (HistoryRecord? Record, InputProblem? Problem) Read(string line, RecordType? type = null, HistoryReadOptions? options = null) =>
        Read(Encoding.UTF8.GetBytes(line), type, options);

    public static (HistoryRecord? Record, InputProblem? Problem) Read(byte[] line, RecordType? type = null, HistoryReadOptions? options = null)
    {
        var record = new HistoryJsonReader(options ?? HistoryReadOptions.Strict).Read(line, type, "f.jsonl", 7, out var problem);
        return (record, problem);
    }
}
