using System.Globalization;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Import;
using Escalation.History.Reading;
using NodaTime;

namespace Escalation.History.Mail;

/// <summary>Imports mailboxes: .mbox and .eml files, in any order of the mails.</summary>
/// <remarks>The files are read twice: an answer may stand before the mail that it answers. Held in memory are the ids and addresses of all mails, and one mail at a time.</remarks>
public sealed class MailImport
{
    private const int DeepestChain = 500;

    private readonly MailAccount account;
    private readonly Dictionary<string, Head> heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MailPlace> places = new(StringComparer.Ordinal);

    private MailImport(MailAccount account) => this.account = account;

    /// <summary>Imports files.</summary>
    /// <param name="files">The files; their mails may answer one another.</param>
    /// <param name="account">The mailbox.</param>
    /// <param name="summary">Counts and problems: the place of a mail is its first line.</param>
    /// <param name="take">Called for every message in the order of the files.</param>
    /// <param name="cancellation">Ends between two mails.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImportSummary Run(IReadOnlyList<string> files, MailAccount account, InputSummary summary, Action<HistoryRecord> take, CancellationToken cancellation)
    {
        var import = new MailImport(account);
        foreach (var (mail, at) in Read(files, summary, cancellation))
        {
            summary.Read++;
            if (!import.heads.TryAdd(mail.MessageId, new Head(mail with { Text = "", Attachments = [] }, at))) summary.Duplicates++;
        }
        import.PlaceAll();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (mail, at) in Read(files, null, cancellation))
        {
            if (!taken.Add(mail.MessageId)) continue;
            take(MailThreading.ToMessage(mail, import.places[mail.MessageId], account, at));
            summary.Accepted++;
        }
        var tickets = import.places.Values.Select(p => p.Ticket).Distinct().Count();
        return new ImportSummary(summary, new Dictionary<RecordType, long> { [RecordType.Message] = summary.Accepted }, tickets, import.places.Count - tickets, 0,
            "by Message-ID and References; a reply joins a ticket where its customer wrote it, or one of your own addresses");
    }

    /// <summary>Oldest first, so that a mail finds those that it answers; where clocks differ and one stands behind its answer, it is placed first.</summary>
    private void PlaceAll()
    {
        foreach (var head in heads.Values.OrderBy(h => h.At).ThenBy(h => h.Mail.MessageId, StringComparer.Ordinal)) PlaceOf(head, 0);
    }

    private MailPlace PlaceOf(Head head, int depth)
    {
        if (places.TryGetValue(head.Mail.MessageId, out var placed)) return placed;
        head.IsBeingPlaced = true;                    // mails that refer to one another in a ring
        var place = MailThreading.Place(head.Mail, account, id =>
            heads.TryGetValue(id, out var ancestor) && !ancestor.IsBeingPlaced && depth < DeepestChain && PlaceOf(ancestor, depth + 1) is var known ? new KnownMail(known.Ticket, known.Customer) : null);
        head.IsBeingPlaced = false;
        return places[head.Mail.MessageId] = place;
    }

    private static IEnumerable<(MailMessage Mail, Instant At)> Read(IReadOnlyList<string> files, InputSummary? problems, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            using var stream = FileOrder.Open(file);
            foreach (var entry in new MboxReader(stream).Read())
            {
                cancellation.ThrowIfCancellationRequested();
                if (ReadOne(file, entry, problems) is { } read) yield return (read.Mail, read.At);
            }
        }
    }

    private static (MailMessage Mail, Instant At)? ReadOne(string file, MboxEntry entry, InputSummary? problems)
    {
        if (entry.IsTooLarge)
        {
            problems?.RejectRead(new InputProblem(file, entry.Line, "mail", string.Create(CultureInfo.InvariantCulture, $"has {entry.Size:N0} bytes; at most {MailReader.MaxBytes:N0} are taken: take its attachments out")));
            return null;
        }
        try
        {
            var mail = MailReader.Read(entry.Bytes);
            if ((mail.Date ?? EnvelopeTime(entry.Envelope)) is { } at) return (mail, at);
            problems?.RejectRead(new InputProblem(file, entry.Line, "Date", "is missing or no date, and neither a Received header nor the \"From \" line has one; add a Date header"));
        }
        catch (MailFormatException bad)
        {
            problems?.RejectRead(new InputProblem(file, entry.Line, bad.Part, bad.Message));
        }
        return null;
    }

    /// <summary>The time behind the address of a "From " line: <c>Mon Mar  2 12:00:00 2026</c>, in UTC unless an offset stands there.</summary>
    private static Instant? EnvelopeTime(string envelope)
    {
        var words = envelope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 7) return null;
        var text = string.Join(' ', words[^5].Contains(':', StringComparison.Ordinal) || words[^2].Contains('+', StringComparison.Ordinal) || words[^2].Contains('-', StringComparison.Ordinal) ? words[^6..] : words[^5..]);
        return DateTimeOffset.TryParseExact(text, ["ddd MMM d HH:mm:ss yyyy", "ddd MMM d HH:mm:ss zzz yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Instant.FromDateTimeOffset(time) : null;
    }

    private sealed class Head(MailMessage mail, Instant at)
    {
        public MailMessage Mail => mail;

        public Instant At => at;

        public bool IsBeingPlaced { get; set; }
    }
}
