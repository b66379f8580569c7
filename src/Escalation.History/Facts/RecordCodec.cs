using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>The byte form of history's records: what is read is equal to what was written.</summary>
public static class RecordCodec
{
    private enum RecordKind : byte { Message, Event, Label, Customer, Identity, Shift }

    /// <summary>Writes a record.</summary>
    public static void Write(ValueWriter row, HistoryRecord record)
    {
        row.Int((int)KindOf(record));
        row.Text(record.Id);
        row.Time(record.At);
        row.Time(record.ReceivedAt);
        switch (record)
        {
            case Message message: Write(row, message); break;
            case TicketEvent happened: Write(row, happened); break;
            case Label label: Write(row, label); break;
            case CustomerVersion customer: Write(row, customer); break;
            case IdentityLink link: Write(row, link); break;
            case Shift shift: Write(row, shift); break;
        }
    }

    /// <summary>Reads a record.</summary>
    public static HistoryRecord Read(ref RowReader row)
    {
        var kind = (RecordKind)row.Int();
        var id = row.Text();
        var at = row.Time()!.Value;
        var received = row.Time();
        return kind switch
        {
            RecordKind.Message => ReadMessage(ref row, id, at, received),
            RecordKind.Event => ReadEvent(ref row, id, at, received),
            RecordKind.Label => ReadLabel(ref row, id, at, received),
            RecordKind.Customer => new CustomerVersion
            {
                Id = id,
                At = at,
                ReceivedAt = received,
                CustomerId = Customer(ref row),
                LifetimeValue = row.OptionalDouble(),
                Currency = row.Name(),
                Tier = row.Name(),
            },
            RecordKind.Identity => new IdentityLink { Id = id, At = at, ReceivedAt = received, CustomerId = Customer(ref row), Channel = (Channel)row.Int(), Address = row.Text(), Linked = row.Flag(), Attested = row.Flag() },
            _ => new Shift { Id = id, At = at, ReceivedAt = received, AgentId = row.Name()!, Team = row.Name()!, To = row.Time()!.Value },
        };
    }

    private static RecordKind KindOf(HistoryRecord record) => record switch
    {
        Message => RecordKind.Message,
        TicketEvent => RecordKind.Event,
        Label => RecordKind.Label,
        CustomerVersion => RecordKind.Customer,
        IdentityLink => RecordKind.Identity,
        Shift => RecordKind.Shift,
        _ => throw new ArgumentException($"no form for {record.GetType().Name}", nameof(record)),
    };

    private static void Write(ValueWriter row, Message message)
    {
        row.Name(message.Source);
        row.Flag(message.ExternalId == message.Id);
        if (message.ExternalId != message.Id) row.Text(message.ExternalId);
        row.Int(message.Revision);
        row.Text(message.TicketId.Value);
        row.Name(message.CustomerId.Value);
        row.Int((int)message.Channel);
        row.Int((int)message.Author);
        row.Name(message.AgentId);
        row.Name(message.Team);
        row.Flag(message.Public);
        row.OptionalText(message.Subject);
        row.Text(message.Text);
        row.OptionalText(message.ThreadId);
        row.OptionalText(message.InReplyTo);
        row.Name(message.Language);
        row.Name(message.Brand);
        row.Name(message.Product);
        FactCodec.WritePairs(row, message.Attributes);
    }

    private static Message ReadMessage(ref RowReader row, string id, Instant at, Instant? received) => new()
    {
        Id = id,
        At = at,
        ReceivedAt = received,
        Source = row.Name()!,
        ExternalId = row.Flag() ? id : row.Text(),
        Revision = row.Int(),
        TicketId = new TicketId(row.RepeatedText()),
        CustomerId = Customer(ref row),
        Channel = (Channel)row.Int(),
        Author = (Author)row.Int(),
        AgentId = row.Name(),
        Team = row.Name(),
        Public = row.Flag(),
        Subject = row.OptionalText(),
        Text = row.Text(),
        ThreadId = row.OptionalText(),
        InReplyTo = row.OptionalText(),
        Language = row.Name(),
        Brand = row.Name(),
        Product = row.Name(),
        Attributes = FactCodec.ReadPairs(ref row),
    };

    private static void Write(ValueWriter row, TicketEvent happened)
    {
        row.Text(happened.TicketId.Value);
        row.Int((int)happened.Kind);
        Write(row, happened.Actor);
        row.Name(happened.Team);
        row.Name(happened.Assignee);
        row.OptionalFlag(happened.Public);
        var details = happened.Details;
        row.Flag(details != EventDetails.None);
        if (details == EventDetails.None) return;
        row.OptionalText(details.ToTicket?.Value);
        row.OptionalDouble(details.Minutes);
        row.Name(details.Status);
        row.Name(details.Priority);
        row.Flag(details.Tags is not null);
        if (details.Tags is { } tags) FactCodec.WriteNames(row, tags);
        row.Time(details.Until);
        row.OptionalText(details.EpisodeId);
        row.OptionalInt((int?)details.Band);
    }

    private static TicketEvent ReadEvent(ref RowReader row, string id, Instant at, Instant? received) => new()
    {
        Id = id,
        At = at,
        ReceivedAt = received,
        TicketId = new TicketId(row.RepeatedText()),
        Kind = (EventKind)row.Int(),
        Actor = ReadActor(ref row),
        Team = row.Name(),
        Assignee = row.Name(),
        Public = row.OptionalFlag(),
        Details = row.Flag() ? ReadDetails(ref row) : EventDetails.None,
    };

    private static EventDetails ReadDetails(ref RowReader row) => new()
    {
        ToTicket = row.OptionalText() is { } to ? new TicketId(to) : null,
        Minutes = row.OptionalDouble(),
        Status = row.Name(),
        Priority = row.Name(),
        Tags = row.Flag() ? FactCodec.ReadNames(ref row) : null,
        Until = row.Time(),
        EpisodeId = row.OptionalText(),
        Band = (Band?)row.OptionalInt(),
    };

    private static void Write(ValueWriter row, Label label)
    {
        row.Text(label.TicketId.Value);
        row.OptionalText(label.EpisodeId?.Value);
        row.OptionalText(label.MessageId?.Value);
        row.OptionalText(label.DecisionId);
        row.Int((int)label.Kind);
        row.OptionalFlag(label.Needed);
        row.OptionalInt((int?)label.Frustrated);
        row.Name(label.RightTeam);
        FactCodec.WriteNames(row, label.WrongSignals);
        row.OptionalInt((int?)label.Reason);
        row.OptionalText(label.Note);
        Write(row, label.Actor);
        row.Int((int)label.Origin);
        row.Name(label.Shown?.Configuration);
        if (label.Shown is { } shown)
        {
            row.Double(shown.Score);
            row.Int((int)shown.Band);
        }
        row.Name(label.Audit?.Design);
        if (label.Audit is { } audit)
        {
            row.Name(audit.Stratum);
            row.Double(audit.Probability);
        }
        row.OptionalText(label.Undoes);
    }

    private static Label ReadLabel(ref RowReader row, string id, Instant at, Instant? received) => new()
    {
        Id = id,
        At = at,
        ReceivedAt = received,
        TicketId = new TicketId(row.RepeatedText()),
        EpisodeId = row.OptionalText() is { } episode ? new EpisodeId(episode) : null,
        MessageId = row.OptionalText() is { } message ? new MessageId(message) : null,
        DecisionId = row.OptionalText(),
        Kind = (LabelKind)row.Int(),
        Needed = row.OptionalFlag(),
        Frustrated = (FrustratedAnswer?)row.OptionalInt(),
        RightTeam = row.Name(),
        WrongSignals = FactCodec.ReadNames(ref row),
        Reason = (DismissalReason?)row.OptionalInt(),
        Note = row.OptionalText(),
        Actor = ReadActor(ref row),
        Origin = (LabelOrigin)row.Int(),
        Shown = row.Name() is { } configuration ? new ShownRecommendation(row.Double(), (Band)row.Int(), configuration) : null,
        Audit = row.Name() is { } design ? new AuditDraw(design, row.Name()!, row.Double()) : null,
        Undoes = row.OptionalText(),
    };

    private static void Write(ValueWriter row, CustomerVersion customer)
    {
        row.Name(customer.CustomerId.Value);
        row.OptionalDouble(customer.LifetimeValue);
        row.Name(customer.Currency);
        row.Name(customer.Tier);
    }

    private static void Write(ValueWriter row, IdentityLink link)
    {
        row.Name(link.CustomerId.Value);
        row.Int((int)link.Channel);
        row.Text(link.Address);
        row.Flag(link.Linked);
        row.Flag(link.Attested);
    }

    private static void Write(ValueWriter row, Shift shift)
    {
        row.Name(shift.AgentId);
        row.Name(shift.Team);
        row.Time(shift.To);
    }

    private static void Write(ValueWriter row, Actor actor)
    {
        row.Name(actor.Id);
        row.Int((int)actor.Kind);
        row.Name(actor.Team);
    }

    private static Actor ReadActor(ref RowReader row) => new(row.Name()!, (ActorKind)row.Int(), row.Name());

    private static CustomerId Customer(ref RowReader row) => row.Name() is { Length: > 0 } known ? new CustomerId(known) : CustomerId.Unknown;
}
