namespace Escalation.Trainer.Drift;

/// <summary>The measures of a drift report as people call them; machines keep the ids.</summary>
public static class MeasureNames
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["scorePsi"] = "probabilities",
        ["knownNgrams"] = "wording known",
        ["classBalance"] = "answers",
        ["labelRate"] = "share labelled",
        ["labelGivenScore"] = "answers less probability",
        ["channelMix"] = "channels",
        ["languageMix"] = "languages",
    };

    /// <summary>The name, or the id itself.</summary>
    public static string Of(string measure) => Names.GetValueOrDefault(measure, measure);
}
