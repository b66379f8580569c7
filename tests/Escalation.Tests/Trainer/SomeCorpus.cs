using System.Text.Json;
using Escalation.Tests.Inference;
using Escalation.Trainer.Data;

namespace Escalation.Tests.Trainer;

/// <summary>The project's own messages as training rows.</summary>
internal static class SomeCorpus
{
    public static TrainingRows Rows()
    {
        var path = Path.Combine(SomeModel.Repository, "data", "corpus", "seed.jsonl");
        var rows = File.ReadLines(path).Select(line =>
        {
            using var message = JsonDocument.Parse(line);
            var id = message.RootElement.GetProperty("id").GetString()!;
            return new LabelledText(message.RootElement.GetProperty("text").GetString()!, message.RootElement.GetProperty("frustration").GetInt32() >= 2, null, null, id);
        });
        return new TrainingRows("seed.jsonl", new string('0', 64), [.. rows], []);
    }

    public static void WriteCsv(string path, Func<LabelledText, string> label)
    {
        using var file = new StreamWriter(path);
        file.Write("id,text,frustrated\n");
        foreach (var row in Rows().Rows)
            file.Write($"{row.Id},\"{row.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{label(row)}\n");
    }
}
