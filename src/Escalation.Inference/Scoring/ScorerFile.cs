using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Reads and writes scorer.bin.</summary>
/// <remarks>
/// Layout, little endian: 8 bytes magic <c>ESCSCORE</c>, int32 format version, 32 bytes SHA-256 of the rest; then int32 length and
/// <see cref="ScorerHead"/>, int32 length and <see cref="ScorerNumbers"/>; in format 4 also int32 length and <see cref="TreeNumbers"/>. A scorer
/// without trees is written in format 3, which older programs read, or in format 5, whose head ends with a <see cref="ConfidenceCalibration"/>. Format 2 is still read: a head in JSON, and <see cref="CompressedNumbers"/>.
/// The model version is that SHA-256: scorer and feature schema.
/// </remarks>
public static class ScorerFile
{
    /// <summary>The newest format that this program reads.</summary>
    public const int FormatVersion = 5;

    private const string ByTraining = "copy the folder again from where it came, or train the model again";
    private const int CompressedFormat = 2, PlainFormat = 3, TreeFormat = 4, ConfidenceFormat = 5, OldestFormat = CompressedFormat, ChecksumStart = 12, PayloadStart = 44;
    private static ReadOnlySpan<byte> Magic => "ESCSCORE"u8;

    /// <summary>The bytes of a scorer, the same for the same content.</summary>
    public static byte[] Write(ScorerContent content)
    {
        var head = new ScorerHead(content.Target, content.Schema, content.Languages, content.Threshold, content.Outputs, [.. content.Planes.Select(p => p.Features.Weighting)],
            Confidence: content.Confidence).Write();
        var planes = ScorerNumbers.Pack(content);
        var trees = content.Trees is null ? [] : TreeNumbers.Pack(content.Trees);
        var file = new byte[PayloadStart + 4 + head.Length + 4 + planes.Length + (content.Trees is null ? 0 : 4 + trees.Length)];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(Magic.Length), content.Trees is not null ? TreeFormat : content.Confidence is not null ? ConfidenceFormat : PlainFormat);
        var payload = file.AsSpan(PayloadStart);
        BinaryPrimitives.WriteInt32LittleEndian(payload, head.Length);
        head.CopyTo(payload[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(payload[(4 + head.Length)..], planes.Length);
        planes.CopyTo(payload[(8 + head.Length)..]);
        if (content.Trees is not null)
        {
            var rest = payload[(8 + head.Length + planes.Length)..];
            BinaryPrimitives.WriteInt32LittleEndian(rest, trees.Length);
            trees.CopyTo(rest[4..]);
        }
        SHA256.HashData(payload, file.AsSpan(ChecksumStart, SHA256.HashSizeInBytes));
        return file;
    }

    /// <summary>The content and its version.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Where they come from, for errors.</param>
    /// <exception cref="ModelFormatException">Not a scorer, truncated, damaged, or newer than this program.</exception>
    public static (ScorerContent Content, ModelVersion Version) Read(ReadOnlySpan<byte> file, string name) =>
        (Open(file, name, ContentOf, out var version), version);

    /// <summary>All but the planes, and the scorer of the first output, without the lists that only training needs: in a tenth of the time.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Where they come from, for errors.</param>
    /// <exception cref="ModelFormatException">Not a scorer, truncated, damaged, or newer than this program.</exception>
    internal static (ScorerContent Content, TextScorer Scorer, ModelVersion Version) ReadScorer(ReadOnlySpan<byte> file, string name)
    {
        var (content, scorer) = Open(file, name, (head, numbers, trees) => (head.WithPlanes([]), head.IsCompressed || head.Outputs.Count > 1
            ? ContentOf(head, numbers, trees).ToScorer()
            : new TextScorer(head.Schema, ScorerNumbers.ToScorer(head, numbers), trees)), out var version);
        return (content, scorer, version);
    }

    private delegate T Reader<T>(ScorerHead head, ReadOnlySpan<byte> numbers, TreeTable? trees);

    private static ScorerContent ContentOf(ScorerHead head, ReadOnlySpan<byte> numbers, TreeTable? trees) =>
        head.WithPlanes(head.IsCompressed ? CompressedNumbers.Unpack(head, numbers) : ScorerNumbers.Unpack(head, numbers)) with { Trees = trees };

    private static T Open<T>(ReadOnlySpan<byte> file, string name, Reader<T> read, out ModelVersion version)
    {
        if (file.Length < PayloadStart || !file.StartsWith(Magic))
            throw new ModelFormatException(name, $"this is not a scorer ({file.Length} bytes, without the mark at its start)", ByTraining);
        var format = BinaryPrimitives.ReadInt32LittleEndian(file[Magic.Length..]);
        if (format > FormatVersion)
            throw new ModelFormatException(name, $"format {format} is newer than {FormatVersion}, the newest that this program reads", "upgrade the program, or train the model with this one");
        if (format is > 0 and < OldestFormat)
            throw new ModelFormatException(name, $"format {format} is older than {OldestFormat}, and its features are no longer computed", "train the model with this program, or use the program that wrote it");
        if (format < 1) throw new ModelFormatException(name, $"damaged: there is no format {format}", ByTraining);
        var payload = file[PayloadStart..];
        Span<byte> checksum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, checksum);
        if (!checksum.SequenceEqual(file.Slice(ChecksumStart, SHA256.HashSizeInBytes)))
            throw new ModelFormatException(name, "truncated or damaged: the checksum does not match", ByTraining);
        version = new ModelVersion(Convert.ToHexStringLower(checksum));
        try
        {
            var headLength = BinaryPrimitives.ReadInt32LittleEndian(payload);
            var bytes = payload.Slice(4, headLength);
            var head = format == CompressedFormat ? ScorerHead.ReadJson(bytes) : ScorerHead.Read(bytes.ToArray(), format == ConfidenceFormat);
            if (head.Schema.Revision is < FeatureSchema.OldestRevision or > FeatureSchema.CurrentRevision)
                throw new ModelFormatException(name, $"its features are of revision {head.Schema.Revision}, this program computes revisions {FeatureSchema.OldestRevision} to {FeatureSchema.CurrentRevision}",
                    "train the model with this program, or use the program that wrote it");
            var numbers = payload.Slice(8 + headLength, BinaryPrimitives.ReadInt32LittleEndian(payload[(4 + headLength)..]));
            return read(head, numbers, format != TreeFormat ? null : Trees(head, payload[(8 + headLength + numbers.Length)..]));
        }
        catch (Exception e) when (e is ArgumentException or JsonException or InvalidDataException or EndOfStreamException)
        {
            throw new ModelFormatException(name, $"damaged: {e.Message}", ByTraining, e);
        }
    }

    private static TreeTable Trees(ScorerHead head, ReadOnlySpan<byte> rest) => head.Outputs.Count == 1
        ? TreeNumbers.Unpack(head.Schema, rest.Slice(4, BinaryPrimitives.ReadInt32LittleEndian(rest)))
        : throw new InvalidDataException($"{head.Outputs.Count} outputs with trees");
}
