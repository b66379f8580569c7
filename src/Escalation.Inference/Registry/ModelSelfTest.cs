using System.Globalization;
using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>Whether a version's two files, model.zip and scorer.bin, are one model.</summary>
public static class ModelSelfTest
{
    /// <summary>Rounding the weights to bfloat16 moves a probability by about .002; more means that the files do not belong together.</summary>
    private const double LargestDifference = 0.02;

    private static readonly string[] Probes =
    [
        "ok", "thank you so much, that solved it", "where is my order?", "STILL no answer!!! this is the third time I am asking, I am done with you",
        "Dear Sir or Madam, I write further to my complaint of 2 March, to which I have had no reply.", "the app crashes when I open the settings page",
    ];

    /// <summary>Reads both files and compares their probabilities on fixed sentences.</summary>
    /// <exception cref="ModelFormatException">One is missing, truncated or damaged, or they disagree.</exception>
    public static void Run(ModelEntry entry)
    {
        if (entry.Folder is null) return;
        var zip = Path.Combine(entry.Folder, ModelRegistry.ZipName);
        var content = entry.Content();
        entry.Check();
        var difference = MlNetModel.Load(zip).LargestDifference(Probes, content);
        if (!(difference <= LargestDifference))
            throw new ModelFormatException(zip, string.Create(CultureInfo.InvariantCulture, $"gives other probabilities than {ModelRegistry.ScorerName} (by {difference:0.###})"),
                "the files are of different models: copy the folder again, or train the model again");
    }
}
