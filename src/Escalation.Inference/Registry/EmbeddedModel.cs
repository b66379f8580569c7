using System.Reflection;

namespace Escalation.Inference.Registry;

/// <summary>The bundled champion, carried inside the assembly, so that the program works without a models folder.</summary>
internal static class EmbeddedModel
{
    public const string Version = "embedded";
    public const string CardName = "embedded card.json";
    private const string ScorerResource = "bundled.scorer.bin", CardResource = "bundled.card.json";
    private static readonly Lazy<FrustrationModel> Model = new(() => FrustrationModel.Load(Bytes(ScorerResource), "embedded scorer.bin"));

    public static bool Exists { get; } = typeof(EmbeddedModel).Assembly.GetManifestResourceInfo(ScorerResource) is not null;

    public static FrustrationModel Load() => Model.Value;

    public static Scoring.ScorerContent Content() => Scoring.ScorerFile.Read(Bytes(ScorerResource), "embedded scorer.bin").Content;

    public static string CardText() => System.Text.Encoding.UTF8.GetString(Bytes(CardResource));

    private static byte[] Bytes(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"this build carries no {name}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
