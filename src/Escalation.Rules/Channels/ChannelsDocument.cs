using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;

namespace Escalation.Rules.Channels;

/// <summary>Reads channels.json, the ways in of a service: <c>{"channels": {"NAME": {"kind", "source", "secret": {"environment" | "file"}, ...}}}</c>.</summary>
/// <remarks>It decides nothing and so belongs to no rule set. A secret never stands in the file: it names a variable of the environment, or a file beside it.</remarks>
public static class ChannelsDocument
{
    private const int LeastSecret = 8;

    /// <summary>The channels of a file, and everything that is wrong with it; with problems there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="environment">The variables; null where one is not set.</param>
    /// <param name="problems">Everything that is wrong.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ChannelSettings> Read(string path, Func<string, string?> environment, out IReadOnlyList<RuleProblem> problems)
    {
        var list = new ProblemList();
        var channels = new List<ChannelSettings>();
        if (DocumentReader.Read(File.ReadAllBytes(path), path, list) is { } root && ObjectReader.Of(root, list, null) is { } reader)
        {
            if (reader.Object("channels", required: true) is { } named)
                foreach (var entry in named.Entries())
                    if (ReadChannel(entry, Path.GetDirectoryName(Path.GetFullPath(path))!, environment, list) is { } channel) channels.Add(channel);
            reader.Done();
        }
        problems = list.Errors;
        return problems.Count == 0 ? channels : [];
    }

    private static ChannelSettings? ReadChannel(DocumentMember entry, string folder, Func<string, string?> environment, ProblemList problems)
    {
        if (ObjectReader.Of(entry.Value, problems, entry.Name) is not { } reader) return null;
        if (!IsName(entry.Name)) reader.Error(entry.Place, "the name stands in the address: write 1 to 40 of a-z, 0-9 and -");
        var (kind, source) = (reader.Enum<ChannelKind>("kind", required: true), reader.String("source", required: true));
        var secret = SecretOf(reader, folder, environment);
        var window = reader.Integer("windowSeconds", 1, 604_800);
        var map = reader.String("map");
        if (kind == ChannelKind.Webhook && map is null) reader.Error(entry.Value.Place, "\"map\" is missing: name the import map that says what the fields of the body are");
        else if (kind is not null and not ChannelKind.Webhook && map is not null) reader.Error(reader.Node.Find("map")!.Place, $"a channel of kind {Wire.Name(kind.Value)} has a format of its own and takes no \"map\"");
        reader.Done();
        if (kind is null || source is null) return null;
        return new ChannelSettings
        {
            Name = entry.Name,
            Kind = kind.Value,
            Source = source,
            Secret = secret,
            WindowSeconds = window,
            Map = map is null ? null : Path.Combine(folder, map),
            Place = FormattableString.Invariant($"{entry.Place.File}({entry.Place.Line},{entry.Place.Column}): {entry.Name}"),
        };
    }

    private static string? SecretOf(ObjectReader reader, string folder, Func<string, string?> environment)
    {
        var isUnsigned = reader.Boolean("unsigned") ?? false;
        if (reader.Node.Find("secret") is { Kind: JsonValueKind.String } inTheFile)
        {
            reader.Value("secret");
            reader.Error(inTheFile.Place, "a secret does not stand in this file; write {\"environment\": \"NAME\"} or {\"file\": \"PATH\"}");
            return null;
        }
        if (reader.Object("secret") is not { } secret)
        {
            if (!isUnsigned && reader.Node.Find("secret") is null) reader.Error(reader.Node.Place, "\"secret\" is missing: without it whoever reaches the address can send; where that is meant, write \"unsigned\": true");
            return null;
        }
        if (isUnsigned) reader.Error(secret.Node.Place, "\"secret\" and \"unsigned\" contradict each other; keep one");
        var (name, file) = (secret.String("environment"), secret.String("file"));
        secret.Done();
        if (name is null == file is null)
        {
            secret.Error(secret.Node.Place, "the secret comes from one place: write either \"environment\" or \"file\"");
            return null;
        }
        var value = name is not null ? environment(name) : Content(secret, Path.Combine(folder, file!));
        if (value is { Length: >= LeastSecret }) return value;
        if (name is not null || value is not null)
            secret.Error(secret.Node.Find(name is not null ? "environment" : "file")!.Place, $"{(name is not null ? $"the variable {name}" : file)} {(string.IsNullOrEmpty(value) ? "is not set or empty" : $"holds fewer than {LeastSecret} characters")}; put the secret of the webhook there");
        return null;
    }

    private static string? Content(ObjectReader secret, string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            secret.Error(secret.Node.Find("file")!.Place, $"{file} cannot be read: {e.Message}");
            return null;
        }
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
