using System.Globalization;
using System.Numerics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Formats;

/// <summary>The fields of one line while it is read; the same for JSON, CSV and import. Reused for the next line.</summary>
internal sealed class RecordDraft(HistoryReadOptions options)
{
    private readonly string[] texts = new string[Fields.Count];
    private readonly Instant[] times = new Instant[Fields.Count];
    private readonly double[] numbers = new double[Fields.Count];
    private readonly EventDetailsCache detailsCache = new();
    private ulong present;
    private string? problemField;
    private string problemMessage = "";

    public ParseCounters Counters;

    public IReadOnlyList<string> Tags { get; set; } = [];

    public IReadOnlyList<string> WrongSignals { get; set; } = [];

    public IReadOnlyDictionary<string, string> Attributes { get; set; } = Message.NoAttributes;

    public Actor? Actor { get; set; }

    public ActorCache Actors { get; } = new();

    public ShownRecommendation? Shown { get; set; }

    public AuditDraw? Audit { get; set; }

    public bool Failed => problemField is not null;

    public void Reset() => (present, problemField) = (0, null);

    public bool Has(Field field) => (present & Fields.Bit(field)) != 0;

    /// <summary>Notes that a field is there; false, with a problem, where it was there before.</summary>
    public bool Mark(Field field)
    {
        if (Has(field))
        {
            Fail(field, "stands twice in this line; keep one");
            return false;
        }
        present |= Fields.Bit(field);
        return true;
    }

    /// <summary>Takes a field back: null counts as absent.</summary>
    public void Unmark(Field field) => present &= ~Fields.Bit(field);

    public string Text(Field field) => texts[(int)field];

    public Instant Time(Field field, Instant otherwise = default) => Has(field) ? times[(int)field] : otherwise;

    public void Set(Field field, string text) => texts[(int)field] = text;

    public void Set(Field field, double number) => numbers[(int)field] = number;

    public void Set(Field field, Instant time) => times[(int)field] = time;

    /// <summary>Reads a time into a field.</summary>
    public void SetTime(Field field, ReadOnlySpan<byte> utf8)
    {
        var reading = WireTime.Read(utf8, options.TimeZone, out var instant, out var ambiguous);
        if (ambiguous) Counters.AmbiguousLocalTimes++;
        times[(int)field] = instant;
        if (reading == TimeReading.NoOffset)
            Fail(field, $"\"{Cut(utf8)}\" has no offset; write it as {Cut(utf8)}Z or with +HH:mm, or name the zone with --time-zone");
        else if (reading == TimeReading.NotATime)
            Fail(field, $"\"{Cut(utf8)}\" is not a time; write RFC 3339, for example 2026-03-02T12:00:00Z");
    }

    /// <summary>Checks and takes a text of any length.</summary>
    public void SetText(Field field, string text)
    {
        if (text.Length > HistoryReadOptions.MaxTextLength)
            Fail(field, string.Create(CultureInfo.InvariantCulture, $"{text.Length:N0} characters; at most {HistoryReadOptions.MaxTextLength:N0} are taken: cut the text or split the message"));
        texts[(int)field] = text;
    }

    public void Fail(Field field, string message) => Fail(Fields.Name(field), message);

    /// <summary>Notes the first problem of the line.</summary>
    public void Fail(string field, string message)
    {
        if (problemField is null) (problemField, problemMessage) = (field, message);
    }

    public InputProblem Problem(string file, long line) => new(file, line, problemField ?? "line", problemMessage);

    /// <summary>The record, or null with a problem.</summary>
    public HistoryRecord? Build(RecordType type, long line)
    {
        if (Failed) return null;
        if (options.FillMissingAt is { } filled && type == RecordType.Message) Fill(filled, line);
        if ((present & ~Fields.Allowed[(int)type]) is var foreign && foreign != 0)
        {
            var field = (Field)BitOperations.TrailingZeroCount(foreign);
            Fail(field, $"no field of a {Wire.Name(type)}; it may have {Fields.NamesOf(type)}");
            return null;
        }
        foreach (var field in Fields.Required[(int)type])
        {
            if (!Has(field)) Fail(field, $"is missing; every {Wire.Name(type)} needs it{Hint(type, field)}");
            else if (Fields.Shape(field) is FieldShape.Word or FieldShape.Text && field is not (Field.CustomerId or Field.Text) && string.IsNullOrWhiteSpace(texts[(int)field]))
                Fail(field, "is blank; a blank names nothing");
            if (Failed) return null;
        }
        HistoryRecord? record = type switch
        {
            RecordType.Message => BuildMessage(),
            RecordType.Event => BuildEvent(),
            RecordType.Customer => BuildCustomer(),
            RecordType.Identity => BuildIdentity(),
            RecordType.Shift => BuildShift(),
            _ => BuildLabel(),
        };
        if (Failed) return null;
        if (!Has(Field.ReceivedAt)) Counters.MissingReceivedAt++;
        return record;
    }

    private static string Hint(RecordType type, Field field) =>
        (type, field) is (RecordType.Message, Field.CustomerId) ? "; an empty one means that nobody is known" : "";

    private void Fill(Instant at, long line)
    {
        var number = line.ToString(CultureInfo.InvariantCulture);
        FillTime(Field.At, at);
        FillText(Field.Id, number);
        FillText(Field.Source, "decide");
        FillText(Field.ExternalId, texts[(int)Field.Id]);
        FillText(Field.CustomerId, "");
        FillText(Field.Channel, "other");
        FillText(Field.Author, "customer");
    }

    private void FillText(Field field, string value)
    {
        if (!Has(field)) (present, texts[(int)field]) = (present | Fields.Bit(field), value);
    }

    private void FillTime(Field field, Instant value)
    {
        if (!Has(field)) (present, times[(int)field]) = (present | Fields.Bit(field), value);
    }

    private Message BuildMessage()
    {
        var ticket = Optional(Field.TicketId);
        if (ticket is null) Counters.TicketsMade++;
        return new Message
        {
            Id = texts[(int)Field.Id],
            At = times[(int)Field.At],
            ReceivedAt = OptionalTime(Field.ReceivedAt),
            Source = texts[(int)Field.Source],
            ExternalId = texts[(int)Field.ExternalId],
            Revision = Has(Field.Revision) ? (int)numbers[(int)Field.Revision] : 0,
            TicketId = new TicketId(ticket ?? texts[(int)Field.Id]),
            CustomerId = new CustomerId(texts[(int)Field.CustomerId]),
            Channel = Enumeration<Channel>(Field.Channel),
            Author = Enumeration<Author>(Field.Author),
            AgentId = Optional(Field.AgentId),
            Team = Optional(Field.Team),
            Public = !Has(Field.Public) || numbers[(int)Field.Public] != 0,
            Subject = Optional(Field.Subject),
            Text = texts[(int)Field.Text],
            ThreadId = Optional(Field.ThreadId),
            InReplyTo = Optional(Field.InReplyTo),
            Language = Optional(Field.Language),
            Brand = Optional(Field.Brand),
            Product = Optional(Field.Product),
            Attributes = Has(Field.Attributes) ? Attributes : Message.NoAttributes,
        };
    }

    private TicketEvent BuildEvent()
    {
        var kind = Enumeration<EventKind>(Field.Kind);
        if (!Failed && kind == EventKind.Merged && !Has(Field.ToTicket)) Fail(Field.ToTicket, "is missing; a merged event names the ticket that stays");
        return new TicketEvent
        {
            Id = texts[(int)Field.Id],
            At = times[(int)Field.At],
            ReceivedAt = OptionalTime(Field.ReceivedAt),
            TicketId = new TicketId(texts[(int)Field.TicketId]),
            Kind = kind,
            Actor = Actor!,
            Team = Optional(Field.Team),
            Public = Flag(Field.Public),
            Assignee = Optional(Field.Assignee),
            Details = DetailsOfEvent(),
        };
    }

    private EventDetails DetailsOfEvent()
    {
        var details = detailsCache.Of(Optional(Field.Status), Optional(Field.Priority));
        if (!(Has(Field.ToTicket) || Has(Field.Minutes) || Has(Field.Tags) || Has(Field.Until) || Has(Field.EpisodeId) || Has(Field.Band))) return details;
        return details with
        {
            ToTicket = Optional(Field.ToTicket) is { } to ? new TicketId(to) : null,
            Minutes = Number(Field.Minutes),
            Tags = Has(Field.Tags) ? Tags : null,
            Until = OptionalTime(Field.Until),
            EpisodeId = Optional(Field.EpisodeId),
            Band = OptionalEnumeration<Core.Decisions.Band>(Field.Band),
        };
    }

    private CustomerVersion BuildCustomer()
    {
        var id = new CustomerId(texts[(int)Field.Id]);
        return new CustomerVersion
        {
            Id = RecordIds.Customer(id),
            CustomerId = id,
            At = times[(int)Field.ValidFrom],
            ReceivedAt = OptionalTime(Field.ReceivedAt),
            LifetimeValue = Number(Field.LifetimeValue),
            Currency = Optional(Field.Currency),
            Tier = Optional(Field.Tier),
        };
    }

    private IdentityLink BuildIdentity()
    {
        var linked = Flag(Field.Linked) ?? (Flag(Field.Unlinked) is { } unlinked ? !unlinked : null);
        if (linked is null) Fail(Field.Linked, "is missing; say \"linked\": true, or false where the link was taken back");
        var customer = new CustomerId(texts[(int)Field.CustomerId]);
        var channel = Enumeration<Channel>(Field.Channel);
        if (!customer.IsKnown) Fail(Field.CustomerId, "is blank; a blank names nothing");
        return new IdentityLink
        {
            Id = Optional(Field.Id) ?? RecordIds.Identity(customer, channel, texts[(int)Field.Address]),
            CustomerId = customer,
            Channel = channel,
            Address = texts[(int)Field.Address],
            At = times[(int)Field.At],
            ReceivedAt = OptionalTime(Field.ReceivedAt),
            Linked = linked ?? true,
            Attested = Flag(Field.Attested) ?? false,
        };
    }

    private Shift BuildShift()
    {
        var (from, to) = (times[(int)Field.From], times[(int)Field.To]);
        if (to <= from) Fail(Field.To, "is not after \"from\"; a shift has some length");
        return new Shift
        {
            Id = Optional(Field.Id) ?? RecordIds.Shift(texts[(int)Field.AgentId], texts[(int)Field.Team]),
            AgentId = texts[(int)Field.AgentId],
            Team = texts[(int)Field.Team],
            At = from,
            ReceivedAt = OptionalTime(Field.ReceivedAt),
            To = to,
        };
    }

    private Label BuildLabel() => new()
    {
        Id = texts[(int)Field.Id],
        At = times[(int)Field.At],
        ReceivedAt = OptionalTime(Field.ReceivedAt),
        TicketId = new TicketId(texts[(int)Field.TicketId]),
        EpisodeId = Optional(Field.EpisodeId) is { } episode ? new EpisodeId(episode) : null,
        MessageId = Optional(Field.MessageId) is { } message ? new MessageId(message) : null,
        DecisionId = Optional(Field.DecisionId),
        Kind = Enumeration<LabelKind>(Field.Kind),
        Needed = Flag(Field.Needed),
        Frustrated = OptionalEnumeration<FrustratedAnswer>(Field.Frustrated),
        RightTeam = Optional(Field.RightTeam),
        WrongSignals = Has(Field.WrongSignals) ? WrongSignals : [],
        Reason = OptionalEnumeration<DismissalReason>(Field.Reason),
        Note = Optional(Field.Note),
        Actor = Actor!,
        Origin = Enumeration<LabelOrigin>(Field.Origin),
        Shown = Has(Field.Shown) ? Shown : null,
        Audit = Has(Field.Audit) ? Audit : null,
        Undoes = Optional(Field.Undoes),
    };

    private string? Optional(Field field) => Has(field) && texts[(int)field] is { Length: > 0 } text ? text : null;

    private Instant? OptionalTime(Field field) => Has(field) ? times[(int)field] : null;

    private double? Number(Field field) => Has(field) ? numbers[(int)field] : null;

    private bool? Flag(Field field) => Has(field) ? numbers[(int)field] != 0 : null;

    private T? OptionalEnumeration<T>(Field field) where T : struct, Enum => Optional(field) is null ? null : Enumeration<T>(field);

    private T Enumeration<T>(Field field) where T : struct, Enum
    {
        if (!Wire.TryParse<T>(texts[(int)field], out var value))
            Fail(field, $"\"{Cut(texts[(int)field])}\" is none of {string.Join(", ", Wire.All<T>())}");
        return value;
    }

    private static string Cut(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "...");

    private static string Cut(ReadOnlySpan<byte> utf8) => Cut(System.Text.Encoding.UTF8.GetString(utf8.Length > 200 ? utf8[..200] : utf8));
}
