using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Escalation.Core.Decisions;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Reads and writes scorer.bin.</summary>
/// <remarks>
/// Layout, little endian: 8 bytes magic <c>ESCSCORE</c>, int32 format version, 32 bytes SHA-256 of the rest; then int32 length and JSON
/// head, int32 length and the Brotli-compressed numbers: a bitmap of the buckets seen, then for these buckets, plane by plane, the upper and
/// lower bytes of the bfloat16 feature weights and of each output's learned weights. The model version is that SHA-256: scorer and feature schema.
/// </remarks>
public static class ScorerFile
{
    /// <summary>The format that this program writes and the newest that it reads.</summary>
    public const int FormatVersion = 2;

    private const string ByTraining = "copy the folder again from where it came, or train the model again";
    private const int ChecksumStart = 12, PayloadStart = 44, MinBits = 10, MaxBits = 24, MostOutputs = 1000;
    private static ReadOnlySpan<byte> Magic => "ESCSCORE"u8;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The bytes of a scorer, the same for the same content.</summary>
    public static byte[] Write(ScorerContent content)
    {
        var seen = Enumerable.Range(0, content.Schema.Buckets).Where(i => content.Planes.Any(p => p.Features.Values[i] != 0)).ToArray();
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new ScorerHead(content.Target, content.Schema, content.Languages, content.Threshold, content.Outputs, [.. content.Planes.Select(p => p.Features.Weighting)], seen.Length), Json);
        var planes = Compress(Pack(content, seen));
        var file = new byte[PayloadStart + 4 + head.Length + 4 + planes.Length];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(Magic.Length), FormatVersion);
        var payload = file.AsSpan(PayloadStart);
        BinaryPrimitives.WriteInt32LittleEndian(payload, head.Length);
        head.CopyTo(payload[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(payload[(4 + head.Length)..], planes.Length);
        planes.CopyTo(payload[(8 + head.Length)..]);
        SHA256.HashData(payload, file.AsSpan(ChecksumStart, SHA256.HashSizeInBytes));
        return file;
    }

    /// <summary>The content and its version.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Where they come from, for errors.</param>
    /// <exception cref="ModelFormatException">Not a scorer, truncated, damaged, or newer than this program.</exception>
    public static (ScorerContent Content, ModelVersion Version) Read(ReadOnlySpan<byte> file, string name)
    {
        var (numbers, version) = Open(file, name);
        return (numbers.ToContent(), version);
    }

    /// <summary>All but the planes, and the scorer of the first output, without the lists that only training needs: in a fifth of the time.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Where they come from, for errors.</param>
    /// <exception cref="ModelFormatException">Not a scorer, truncated, damaged, or newer than this program.</exception>
    internal static (ScorerContent Content, LinearScorer Scorer, ModelVersion Version) ReadScorer(ReadOnlySpan<byte> file, string name)
    {
        var (numbers, version) = Open(file, name);
        var scorer = new LinearScorer(numbers.Head.Schema, numbers.Head.Outputs[0].Bias, numbers.Head.Planes.Count);
        numbers.Fill(scorer);
        return (numbers.Head.WithPlanes([]), scorer, version);
    }

    private static (ScorerNumbers Numbers, ModelVersion Version) Open(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < PayloadStart || !file.StartsWith(Magic))
            throw new ModelFormatException(name, $"this is not a scorer ({file.Length} bytes, without the mark at its start)", ByTraining);
        var format = BinaryPrimitives.ReadInt32LittleEndian(file[Magic.Length..]);
        if (format > FormatVersion)
            throw new ModelFormatException(name, $"format {format} is newer than {FormatVersion}, the newest that this program reads", "upgrade the program, or train the model with this one");
        if (format is > 0 and < FormatVersion)
            throw new ModelFormatException(name, $"format {format} is older than {FormatVersion}, and its features are no longer computed", "train the model with this program, or use the program that wrote it");
        if (format < 1) throw new ModelFormatException(name, $"damaged: there is no format {format}", ByTraining);
        var payload = file[PayloadStart..];
        Span<byte> checksum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, checksum);
        if (!checksum.SequenceEqual(file.Slice(ChecksumStart, SHA256.HashSizeInBytes)))
            throw new ModelFormatException(name, "truncated or damaged: the checksum does not match", ByTraining);
        return (Parse(payload, name), new ModelVersion(Convert.ToHexStringLower(checksum)));
    }

    private static ScorerNumbers Parse(ReadOnlySpan<byte> payload, string name)
    {
        try
        {
            var headLength = BinaryPrimitives.ReadInt32LittleEndian(payload);
            var head = JsonSerializer.Deserialize<ScorerHead>(payload.Slice(4, headLength), Json)
                ?? throw new JsonException("empty head");
            if (head.Schema.Revision != FeatureSchema.CurrentRevision)
                throw new ModelFormatException(name, $"its features are of revision {head.Schema.Revision}, this program computes revision {FeatureSchema.CurrentRevision}",
                    "train the model with this program, or use the program that wrote it");
            if (head.Schema.Bits is < MinBits or > MaxBits || head.BucketsSeen < 0 || head.BucketsSeen > head.Schema.Buckets)
                throw new ModelFormatException(name, $"2^{head.Schema.Bits} buckets with {head.BucketsSeen} seen is out of range", ByTraining);
            if (head.Outputs.Count is < 1 or > MostOutputs || head.Planes.Count is < 1 or > ScorerContent.MostPlanes)
                throw new ModelFormatException(name, $"{head.Outputs.Count} outputs over {head.Planes.Count} weightings is out of range", ByTraining);
            var numbers = payload.Slice(8 + headLength, BinaryPrimitives.ReadInt32LittleEndian(payload[(4 + headLength)..]));
            return new ScorerNumbers(head, Decompress(numbers, (head.Schema.Buckets / 8) + (head.BucketsSeen * 2 * head.Planes.Count * (1 + head.Outputs.Count))));
        }
        catch (Exception e) when (e is ArgumentException or JsonException or InvalidDataException or EndOfStreamException)
        {
            throw new ModelFormatException(name, $"damaged: {e.Message}", ByTraining, e);
        }
    }

    private static byte[] Pack(ScorerContent content, int[] seen)
    {
        var lists = content.Planes.SelectMany(p => p.Heads.Prepend(p.Features.Values)).ToArray();
        var bytes = new byte[(content.Schema.Buckets / 8) + (seen.Length * 2 * lists.Length)];
        foreach (var bucket in seen) bytes[bucket >> 3] |= (byte)(1 << (bucket & 7));
        var at = content.Schema.Buckets / 8;
        foreach (var list in lists)
        {
            for (var i = 0; i < seen.Length; i++)
            {
                var value = Bfloat16.Encode(list[seen[i]]);
                bytes[at + i] = (byte)(value >> 8);
                bytes[at + seen.Length + i] = (byte)value;
            }
            at += 2 * seen.Length;
        }
        return bytes;
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Optimal)) brotli.Write(bytes);
        return target.ToArray();
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed, int length)
    {
        using var source = new MemoryStream(compressed.ToArray());
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        var bytes = new byte[length];
        brotli.ReadExactly(bytes);
        return brotli.ReadByte() < 0 ? bytes : throw new InvalidDataException("longer than its head says");
    }
}
