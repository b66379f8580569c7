using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>The head of scorer.bin: all but the numbers.</summary>
/// <param name="Target">What is predicted.</param>
/// <param name="Schema">The features.</param>
/// <param name="Languages">ISO 639-1 codes.</param>
/// <param name="Threshold">See <see cref="ScorerContent"/>.</param>
/// <param name="Outputs">In the order of their numbers.</param>
/// <param name="Planes">How the weights of each plane came about.</param>
/// <param name="BucketsSeen">Of format 2: buckets with numbers; else null.</param>
/// <param name="Confidence">Of format 5; else null.</param>
internal sealed record ScorerHead(
    string Target, FeatureSchema Schema, IReadOnlyList<string> Languages, double Threshold, IReadOnlyList<ScorerOutput> Outputs, IReadOnlyList<Weighting> Planes, int? BucketsSeen = null,
    ConfidenceCalibration? Confidence = null)
{
    private const int MinBits = 10, MaxBits = 24, MostOutputs = 1000;

    private static readonly Lazy<JsonSerializerOptions> Json = new(() => new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    });

    /// <summary>Whether its numbers are those of format 2.</summary>
    [JsonIgnore]
    public bool IsCompressed => BucketsSeen is not null;

    /// <summary>The bytes of formats 3 and 4, and with a confidence of format 5.</summary>
    /// <remarks>Not JSON: a first look at JSON in a process takes ten times as long as all the rest of loading.</remarks>
    public byte[] Write()
    {
        using var target = new MemoryStream();
        using var writer = new BinaryWriter(target, Encoding.UTF8);
        writer.Write(Target);
        writer.Write(Schema.Revision);
        writer.Write(Schema.Bits);
        writer.Write(Threshold);
        writer.Write(Languages.Count);
        foreach (var language in Languages) writer.Write(language);
        writer.Write(Outputs.Count);
        foreach (var output in Outputs)
        {
            writer.Write(output.Name);
            writer.Write(output.Bias);
            writer.Write(output.Calibration.A);
            writer.Write(output.Calibration.B);
        }
        writer.Write(Planes.Count);
        foreach (var plane in Planes) writer.Write((int)plane);
        if (Confidence is not null)
        {
            writer.Write(Confidence.A);
            writer.Write(Confidence.B);
            writer.Write(Confidence.C);
        }
        writer.Flush();
        return target.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Longer than a head is, or out of range.</exception>
    /// <exception cref="EndOfStreamException">Shorter.</exception>
    public static ScorerHead Read(byte[] bytes, bool hasConfidence)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var target = reader.ReadString();
        var schema = new FeatureSchema(reader.ReadInt32(), reader.ReadInt32());
        var threshold = reader.ReadDouble();
        var languages = new string[Count(reader)];
        for (var i = 0; i < languages.Length; i++) languages[i] = reader.ReadString();
        var outputs = new ScorerOutput[Count(reader)];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = new ScorerOutput(reader.ReadString(), reader.ReadSingle(), new Calibration(reader.ReadDouble(), reader.ReadDouble()));
        var planes = new Weighting[Count(reader)];
        for (var i = 0; i < planes.Length; i++) planes[i] = (Weighting)reader.ReadInt32();
        var confidence = hasConfidence ? new ConfidenceCalibration(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()) : null;
        return reader.BaseStream.Position == bytes.Length
            ? new ScorerHead(target, schema, languages, threshold, outputs, planes, Confidence: confidence).Checked()
            : throw new InvalidDataException("its head is longer than it says");
    }

    /// <summary>Reads the JSON of format 2.</summary>
    /// <exception cref="JsonException">It is not JSON of a head.</exception>
    /// <exception cref="InvalidDataException">Out of range.</exception>
    public static ScorerHead ReadJson(ReadOnlySpan<byte> json)
    {
        var head = JsonSerializer.Deserialize<ScorerHead>(json, Json.Value) ?? throw new JsonException("empty head");
        return head.BucketsSeen is { } seen && seen >= 0 && seen <= head.Schema.Buckets ? head.Checked() : throw new InvalidDataException($"{head.BucketsSeen} buckets seen is out of range");
    }

    public ScorerContent WithPlanes(IReadOnlyList<ScorerPlane> planes) => new(Target, Schema, Languages, Threshold, Outputs, planes) { Confidence = Confidence };

    private static int Count(BinaryReader reader) => reader.ReadInt32() is >= 0 and <= MostOutputs and var count ? count : throw new InvalidDataException("its head counts more than there can be");

    private ScorerHead Checked()
    {
        if (Schema.Bits is < MinBits or > MaxBits) throw new InvalidDataException($"2^{Schema.Bits} buckets is out of range");
        return Outputs.Count is >= 1 and <= MostOutputs && Planes.Count is >= 1 and <= ScorerContent.MostPlanes
            ? this
            : throw new InvalidDataException($"{Outputs.Count} outputs over {Planes.Count} weightings is out of range");
    }
}
