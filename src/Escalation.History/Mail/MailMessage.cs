using NodaTime;

namespace Escalation.History.Mail;

/// <summary>What a mail is, apart from somebody's own words.</summary>
public enum MailKind
{
    /// <summary>Somebody wrote it.</summary>
    Personal,

    /// <summary>A machine answered: out of office, a receipt, a notice.</summary>
    AutoReply,

    /// <summary>A report that a mail could not be delivered.</summary>
    Bounce,

    /// <summary>It went round: it carries our own mark, or has passed too many servers.</summary>
    Loop,
}

/// <summary>A mail as far as anybody here asks about it.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MailMessage
{
    /// <summary>The Message-ID without its angle brackets; made from the content where the mail has none.</summary>
    public required string MessageId { get; init; }

    /// <summary>The mails that it answers, the nearest first: In-Reply-To, then References from the end.</summary>
    public required IReadOnlyList<string> Ancestors { get; init; }

    /// <summary>The writer's address, in lower case; empty where there is none.</summary>
    public required string From { get; init; }

    /// <summary>Addresses it went to, in lower case: To and Cc.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The subject; null where there is none.</summary>
    public string? Subject { get; init; }

    /// <summary>When it was written by its own word, or when the last server took it; null where neither is told.</summary>
    public Instant? Date { get; init; }

    /// <summary>The original words, quotes and signature included: the plain text, else those of the HTML.</summary>
    public required string Text { get; init; }

    /// <summary>What it is.</summary>
    public MailKind Kind { get; init; }

    /// <summary>Whether the receiving server found that the writer is not who it says (DMARC, or SPF without DKIM).</summary>
    public bool IsForged { get; init; }

    /// <summary>Names of its attachments.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];
}
