using Escalation.Core.Tickets;
using Escalation.Rules.Documents;
using Escalation.Rules.Notifications;

namespace Escalation.Rules.Channels;

/// <summary>Reads channels.json, the ways in of a service: <c>{"channels": {"NAME": {"kind", "source", "secret": {"env" | "file"}, ...}}}</c>.</summary>
/// <remarks>It decides nothing and so belongs to no rule set. A secret never stands in the file: it names a variable of the environment, or a file beside it.</remarks>
public static class ChannelsDocument
{
    private const int LeastSecret = 8;

    /// <summary>The channels of a file, and everything that is wrong with it; with problems there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Everything that is wrong.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ChannelSettings> Read(string path, out IReadOnlyList<RuleProblem> problems)
    {
        var list = new ProblemList();
        var channels = new List<ChannelSettings>();
        if (DocumentReader.Read(File.ReadAllBytes(path), path, list) is { } root && ObjectReader.Of(root, list, null) is { } reader)
        {
            if (reader.Object("channels", required: true) is { } named)
                foreach (var entry in named.Entries())
                    if (ReadChannel(entry, Path.GetDirectoryName(Path.GetFullPath(path))!, list) is { } channel) channels.Add(channel);
            reader.Done();
        }
        problems = list.Errors;
        return problems.Count == 0 ? channels : [];
    }

    private static ChannelSettings? ReadChannel(DocumentMember entry, string folder, ProblemList problems)
    {
        if (ObjectReader.Of(entry.Value, problems, entry.Name) is not { } reader) return null;
        if (!IsName(entry.Name)) reader.Error(entry.Place, "the name stands in the address: write 1 to 40 of a-z, 0-9 and -");
        var (kind, source) = (reader.Enum<ChannelKind>("kind", required: true), reader.String("source", required: true));
        var secret = SecretOf(reader, kind == ChannelKind.Imap, folder);
        var mailbox = kind == ChannelKind.Imap ? ReadMailbox(reader, secret) : null;
        var window = kind == ChannelKind.Imap ? null : reader.Integer("windowSeconds", 1, 604_800);
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
            Mailbox = mailbox,
            Map = map is null ? null : Path.Combine(folder, map),
            Place = FormattableString.Invariant($"{entry.Place.File}({entry.Place.Line},{entry.Place.Column}): {entry.Name}"),
        };
    }

    private static MailboxSettings? ReadMailbox(ObjectReader reader, string? password)
    {
        var (host, user) = (reader.String("host", required: true), reader.String("user", required: true));
        var (port, security) = (reader.Integer("port", 1, 65_535), reader.Enum<MailSecurity>("security"));
        var folder = reader.String("folder");
        var (every, existing) = (reader.Integer("everySeconds", 1, 86_400), reader.Boolean("takeExisting") ?? false);
        var (own, marks) = (reader.Strings("own"), reader.Strings("loopMarks"));
        foreach (var (index, address) in own.Index())
            if (!address.Contains('@', StringComparison.Ordinal)) reader.Error(reader.Node.Find("own")!.Items[index].Place, $"\"{address}\" is no address; write support@acme.com, or @acme.com for all of a domain");
        if (security == MailSecurity.None && host is not null && host is not ("localhost" or "127.0.0.1" or "::1"))
            reader.Error(reader.Node.Find("security")!.Place, $"the password would go to {host} in the clear; write \"tls\" or \"start_tls\"");
        if (host is null || user is null || password is null) return null;
        return new MailboxSettings
        {
            Host = host,
            Port = port ?? (security == MailSecurity.StartTls ? 143 : 993),
            Security = security ?? (port is null or 993 ? MailSecurity.Tls : MailSecurity.StartTls),
            User = user,
            Password = password,
            Folder = folder ?? "INBOX",
            EverySeconds = every ?? 60,
            TakeExisting = existing,
            Own = own,
            LoopMarks = [.. marks.Select(m => m.ToLowerInvariant())],
        };
    }

    private static string? SecretOf(ObjectReader reader, bool isPassword, string folder)
    {
        var isUnsigned = !isPassword && (reader.Boolean("unsigned") ?? false);
        var source = SecretReader.Read(reader, "secret", required: false);
        if (reader.Node.Find("secret") is not { } said)
        {
            if (!isUnsigned) reader.Error(reader.Node.Place, isPassword ? "\"secret\" is missing: it says where the password of the mailbox is" : "\"secret\" is missing: without it whoever reaches the address can send; where that is meant, write \"unsigned\": true");
            return null;
        }
        if (isUnsigned) reader.Error(said.Place, "\"secret\" and \"unsigned\" contradict each other; keep one");
        if (source is null) return null;
        var (value, problem) = (source.File is { } file ? source with { File = Path.Combine(folder, file) } : source).Read();
        if (problem is not null) reader.Error(said.Place, problem);
        else if (!isPassword && value!.Length < LeastSecret) reader.Error(said.Place, $"the secret has fewer than {LeastSecret} characters; make a longer one at the sender");
        return value;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
