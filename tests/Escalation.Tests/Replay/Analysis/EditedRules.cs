using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Rules;

namespace Escalation.Tests.Replay.Analysis;

/// <summary>The built-in rules with edits, as a configuration with the bundled model.</summary>
internal static class EditedRules
{
    private static readonly Lazy<FrustrationModel> Model = new(() => (FrustrationModel)ModelRegistry.Open(null).Choose(FrustrationModel.Target, null).Entry!.Load());

    public static Configuration BuiltIn() => With();

    /// <summary>Each edit replaces a text of a file that stands there exactly once.</summary>
    public static Configuration With(params (string File, string Old, string New)[] edits)
    {
        var files = RuleFiles.BuiltIn();
        var content = files.Paths.ToDictionary(p => p, p => files.Find(p)!, StringComparer.Ordinal);
        foreach (var (file, old, replacement) in edits)
        {
            var text = Encoding.UTF8.GetString(content[file]);
            Assert.Equal(2, text.Split(old).Length);
            content[file] = Encoding.UTF8.GetBytes(text.Replace(old, replacement, StringComparison.Ordinal));
        }
        var loaded = RuleSetLoader.Load(RuleFiles.Of(content, "edited rules"), failingCases: FailingCases.NotRun);
        Assert.Empty(loaded.Problems);
        return new Configuration(loaded.RuleSet!, Model.Value, null);
    }

    /// <summary>A model that is always surer than the bundled one.</summary>
    public sealed class Bolder : IFrustrationModel
    {
        public ModelVersion Version => new("bolder");

        public bool Supports(string language) => Model.Value.Supports(language);

        public float Score(ReadOnlySpan<char> text) => MathF.Sqrt(Model.Value.Score(text));

        public TextExplanation Explain(ReadOnlySpan<char> text) => Model.Value.Explain(text);
    }

    /// <summary>The edit that puts rules before the first one of signals.json.</summary>
    public static (string File, string Old, string New) Added(string rule) => ("signals.json", "\"Rules\": [", "\"Rules\": [" + rule + ",");
}
