using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Escalation.History.Formats;
using MimeKit;
using MimeKit.Utils;
using NodaTime;

namespace Escalation.History.Mail;

/// <summary>A mail that cannot be read.</summary>
/// <param name="part">The header or part.</param>
/// <param name="message">What is wrong.</param>
public sealed class MailFormatException(string part, string message) : Exception(message)
{
    /// <summary>The header or part.</summary>
    public string Part => part;
}

/// <summary>Reads one mail (RFC 5322, MIME) into what is asked about it.</summary>
public static class MailReader
{
    /// <summary>Bytes that a mail may have, attachments included: it is read as a whole.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Servers that a mail may have passed; more is a loop (RFC 5321, 6.3, asks for at least 100 before it is refused; real ways are below 20).</summary>
    private const int MostHops = 50;

    private static readonly string[] AutoHeaders = ["X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Auto-Reply", "X-Mail-Autoreply"];

    /// <summary>Reads a mail.</summary>
    /// <param name="bytes">The mail, at most <see cref="MaxBytes"/>.</param>
    /// <param name="loopMarks">What our own mails carry in X-Loop, or at the end of their Message-ID behind the @; in lower case.</param>
    /// <exception cref="MailFormatException">It is no mail, or larger than is taken.</exception>
    public static MailMessage Read(ReadOnlyMemory<byte> bytes, IReadOnlyCollection<string>? loopMarks = null)
    {
        if (bytes.Length > MaxBytes) throw new MailFormatException("size", FormattableString.Invariant($"has {bytes.Length:N0} bytes; at most {MaxBytes:N0} are taken"));
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        MimeMessage mime;
        try
        {
            mime = MimeMessage.Load(stream);
        }
        catch (FormatException broken)
        {
            throw new MailFormatException("headers", $"is no mail: {broken.Message}");
        }
        using (mime)
        {
            if (mime.Headers.Count == 0) throw new MailFormatException("headers", "is no mail: there are no headers");
            var text = TextOf(mime);
            if (text.Length > HistoryReadOptions.MaxTextLength) text = text[..HistoryReadOptions.MaxTextLength];
            return new MailMessage
            {
                MessageId = IdOf(mime, bytes.Span),
                Ancestors = AncestorsOf(mime),
                From = (mime.From.Mailboxes.FirstOrDefault() ?? mime.Sender)?.Address.Trim().ToLowerInvariant() ?? "",
                To = [.. mime.To.Mailboxes.Concat(mime.Cc.Mailboxes).Select(m => m.Address.Trim().ToLowerInvariant()).Where(a => a.Length > 0).Distinct()],
                Subject = Clean(mime.Subject),
                Date = DateOf(mime),
                Text = text,
                Kind = KindOf(mime, loopMarks ?? []),
                IsForged = IsForged(mime),
                Attachments = [.. mime.Attachments.Select(a => a.ContentDisposition?.FileName ?? a.ContentType.Name ?? a.ContentType.MimeType)],
            };
        }
    }

    private static string TextOf(MimeMessage mime)
    {
        if (mime.TextBody is { } plain && !string.IsNullOrWhiteSpace(plain)) return plain.ReplaceLineEndings("\n").TrimEnd('\n');
        return mime.HtmlBody is { } html ? HtmlText.Of(html) : "";
    }

    /// <remarks>Without an id the same mail must get the same one at the next reading, so it follows from the bytes.</remarks>
    private static string IdOf(MimeMessage mime, ReadOnlySpan<byte> bytes)
    {
        if (mime.Headers[HeaderId.MessageId] is { } header && (MimeUtils.EnumerateReferences(header).FirstOrDefault() ?? header.Trim().Trim('<', '>')) is { Length: > 0 } id) return id;
        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}@no-message-id");
    }

    private static List<string> AncestorsOf(MimeMessage mime)
    {
        var ids = new List<string>();
        foreach (var id in MimeUtils.EnumerateReferences(mime.Headers[HeaderId.InReplyTo] ?? "").Concat(MimeUtils.EnumerateReferences(mime.Headers[HeaderId.References] ?? "").Reverse()))
            if (!ids.Contains(id)) ids.Add(id);
        return ids;
    }

    /// <remarks>A Date that cannot be read comes as the year 1. What the last server wrote stands behind the last ";" of the first Received.</remarks>
    private static Instant? DateOf(MimeMessage mime)
    {
        if (mime.Headers.Contains(HeaderId.Date) && mime.Date.Year > 1970) return Instant.FromDateTimeOffset(mime.Date);
        var received = mime.Headers[HeaderId.Received];
        return received is not null && DateUtils.TryParse(received[(received.LastIndexOf(';') + 1)..], out var date) && date.Year > 1970 ? Instant.FromDateTimeOffset(date) : null;
    }

    private static MailKind KindOf(MimeMessage mime, IReadOnlyCollection<string> loopMarks)
    {
        var headers = mime.Headers;
        var id = headers[HeaderId.MessageId]?.Trim().TrimEnd('>').ToLowerInvariant() ?? "";
        if (loopMarks.Contains(id[(id.LastIndexOf('@') + 1)..]) || loopMarks.Contains((headers["X-Loop"] ?? "").Trim().ToLowerInvariant()) || headers.Count(h => h.Id == HeaderId.Received) > MostHops) return MailKind.Loop;
        if (IsBounce(mime)) return MailKind.Bounce;
        if (mime.Body is MultipartReport) return MailKind.AutoReply;        // that it was read, or is complained about
        var submitted = headers[HeaderId.AutoSubmitted]?.Split(';')[0].Trim();
        if (!string.IsNullOrEmpty(submitted) && !string.Equals(submitted, "no", StringComparison.OrdinalIgnoreCase)) return MailKind.AutoReply;
        if (headers[HeaderId.Precedence]?.Trim().ToLowerInvariant() is "auto_reply" or "bulk" or "junk" or "list") return MailKind.AutoReply;
        return AutoHeaders.Any(h => headers[h] is not null) ? MailKind.AutoReply : MailKind.Personal;
    }

    private static bool IsBounce(MimeMessage mime)
    {
        if (mime.Body is MultipartReport { ReportType: { } type } && string.Equals(type, "delivery-status", StringComparison.OrdinalIgnoreCase)) return true;
        if (mime.Headers[HeaderId.ReturnPath]?.Trim() is "<>" && mime.Headers[HeaderId.AutoSubmitted] is null) return true;
        var from = mime.From.Mailboxes.FirstOrDefault()?.Address.ToLowerInvariant() ?? "";
        return from.StartsWith("mailer-daemon@", StringComparison.Ordinal) || from is "mailer-daemon" || (from.StartsWith("postmaster@", StringComparison.Ordinal) && mime.Headers["X-Failed-Recipients"] is not null);
    }

    /// <remarks>Only the first Authentication-Results was written by the server that took the mail; those below came with it (RFC 8601, 5).</remarks>
    private static bool IsForged(MimeMessage mime)
    {
        var results = mime.Headers[HeaderId.AuthenticationResults]?.ToLowerInvariant();
        if (results is null) return false;
        if (results.Contains("dmarc=fail", StringComparison.Ordinal)) return true;
        return results.Contains("spf=fail", StringComparison.Ordinal) && !results.Contains("dkim=pass", StringComparison.Ordinal) && !results.Contains("dmarc=pass", StringComparison.Ordinal);
    }

    private static string? Clean(string? subject) => string.IsNullOrWhiteSpace(subject) ? null : subject.Trim();
}

/// <summary>Code pages for mails and files of older systems.</summary>
internal static class CodePages
{
    /// <remarks>MimeKit asks for encodings once, when it is first used; registered later, a mail in Shift-JIS would be read as Latin-1.</remarks>
#pragma warning disable CA2255 // a library may do this where what it depends on is only asked once
    [ModuleInitializer]
    public static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
#pragma warning restore CA2255
}
