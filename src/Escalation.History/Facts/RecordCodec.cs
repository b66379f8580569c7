using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>The byte form of history's records: what is read is equal to what was written.</summary>
internal static class RecordCodec
{
    private enum RecordKind : byte { Message, Event, Label, Customer, Identity, Shift }

    public static void Write(ValueWriter row, HistoryRecord record)
    {
        row.Int((int)KindOf(record));
        row.Text(record.Id);
        Write(row, record.At);
        Write(row, record.ReceivedAt);
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

    public static HistoryRecord Read(ref RowReader row)
    {
        var kind = (RecordKind)row.Int();
        var id = row.Text();
        var at = Time(ref row)!.Value;
        var received = Time(ref row);
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
                LifetimeValue = Number(ref row),
                Currency = row.Name(),
                Tier = row.Name(),
            },
            RecordKind.Identity => new IdentityLink { Id = id, At = at, ReceivedAt = received, CustomerId = Customer(ref row), Channel = (Channel)row.Int(), Address = row.Text(), Linked = row.Flag(), Attested = row.Flag() },
            _ => new Shift { Id = id, At = at, ReceivedAt = received, AgentId = row.Name()!, Team = row.Name()!, To = Time(ref row)!.Value },
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
        Optional(row, message.Subject);
        row.Text(message.Text);
        Optional(row, message.ThreadId);
        Optional(row, message.InReplyTo);
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
        TicketId = new TicketId(row.Text()),
        CustomerId = Customer(ref row),
        Channel = (Channel)row.Int(),
        Author = (Author)row.Int(),
        AgentId = row.Name(),
        Team = row.Name(),
        Public = row.Flag(),
        Subject = Optional(ref row),
        Text = row.Text(),
        ThreadId = Optional(ref row),
        InReplyTo = Optional(ref row),
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
        Optional(row, happened.Public);
        var details = happened.Details;
        row.Flag(details != EventDetails.None);
        if (details == EventDetails.None) return;
        Optional(row, details.ToTicket?.Value);
        Number(row, details.Minutes);
        row.Name(details.Status);
        row.Name(details.Priority);
        row.Flag(details.Tags is not null);
        if (details.Tags is { } tags) FactCodec.WriteNames(row, tags);
        Write(row, details.Until);
        Optional(row, details.EpisodeId);
        row.Int(details.Band is { } band ? (int)band + 1 : 0);
    }

    private static TicketEvent ReadEvent(ref RowReader row, string id, Instant at, Instant? received) => new()
    {
        Id = id,
        At = at,
        ReceivedAt = received,
        TicketId = new TicketId(row.Text()),
        Kind = (EventKind)row.Int(),
        Actor = ReadActor(ref row),
        Team = row.Name(),
        Assignee = row.Name(),
        Public = Flag(ref row),
        Details = row.Flag() ? ReadDetails(ref row) : EventDetails.None,
    };

    private static EventDetails ReadDetails(ref RowReader row) => new()
    {
        ToTicket = Optional(ref row) is { } to ? new TicketId(to) : null,
        Minutes = Number(ref row),
        Status = row.Name(),
        Priority = row.Name(),
        Tags = row.Flag() ? FactCodec.ReadNames(ref row) : null,
        Until = Time(ref row),
        EpisodeId = Optional(ref row),
        Band = row.Int() is var band && band > 0 ? (Band)(band - 1) : null,
    };

    private static void Write(ValueWriter row, Label label)
    {
        row.Text(label.TicketId.Value);
        Optional(row, label.EpisodeId?.Value);
        Optional(row, label.MessageId?.Value);
        Optional(row, label.DecisionId);
        row.Int((int)label.Kind);
        Optional(row, label.Needed);
        row.Int(label.Frustrated is { } frustrated ? (int)frustrated + 1 : 0);
        row.Name(label.RightTeam);
        FactCodec.WriteNames(row, label.WrongSignals);
        row.Int(label.Reason is { } reason ? (int)reason + 1 : 0);
        Optional(row, label.Note);
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
        Optional(row, label.Undoes);
    }

    private static Label ReadLabel(ref RowReader row, string id, Instant at, Instant? received) => new()
    {
        Id = id,
        At = at,
        ReceivedAt = received,
        TicketId = new TicketId(row.Text()),
        EpisodeId = Optional(ref row) is { } episode ? new EpisodeId(episode) : null,
        MessageId = Optional(ref row) is { } message ? new MessageId(message) : null,
        DecisionId = Optional(ref row),
        Kind = (LabelKind)row.Int(),
        Needed = Flag(ref row),
        Frustrated = row.Int() is var frustrated && frustrated > 0 ? (FrustratedAnswer)(frustrated - 1) : null,
        RightTeam = row.Name(),
        WrongSignals = FactCodec.ReadNames(ref row),
        Reason = row.Int() is var reason && reason > 0 ? (DismissalReason)(reason - 1) : null,
        Note = Optional(ref row),
        Actor = ReadActor(ref row),
        Origin = (LabelOrigin)row.Int(),
        Shown = row.Name() is { } configuration ? new ShownRecommendation(row.Double(), (Band)row.Int(), configuration) : null,
        Audit = row.Name() is { } design ? new AuditDraw(design, row.Name()!, row.Double()) : null,
        Undoes = Optional(ref row),
    };

    private static void Write(ValueWriter row, CustomerVersion customer)
    {
        row.Name(customer.CustomerId.Value);
        Number(row, customer.LifetimeValue);
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
        Write(row, shift.To);
    }

    private static void Write(ValueWriter row, Actor actor)
    {
        row.Name(actor.Id);
        row.Int((int)actor.Kind);
        row.Name(actor.Team);
    }

    private static Actor ReadActor(ref RowReader row) => new(row.Name()!, (ActorKind)row.Int(), row.Name());

    private static CustomerId Customer(ref RowReader row) => row.Name() is { Length: > 0 } known ? new CustomerId(known) : CustomerId.Unknown;

    /// <remarks>Milliseconds where that is all there is, as almost always: a byte less than ticks.</remarks>
    private static void Write(ValueWriter row, Instant? time)
    {
        if (time is not { } known)
        {
            row.Int(0);
            return;
        }
        var ticks = known.ToUnixTimeTicks();
        var isWhole = ticks % NodaConstants.TicksPerMillisecond == 0;
        row.Int(isWhole ? 1 : 2);
        row.Int(isWhole ? ticks / NodaConstants.TicksPerMillisecond : ticks);
    }

    private static Instant? Time(ref RowReader row) => row.Int() switch
    {
        0 => null,
        1 => Instant.FromUnixTimeMilliseconds(row.Long()),
        _ => Instant.FromUnixTimeTicks(row.Long()),
    };

    private static void Optional(ValueWriter row, string? text)
    {
        row.Flag(text is not null);
        if (text is not null) row.Text(text);
    }

    private static string? Optional(ref RowReader row) => row.Flag() ? row.Text() : null;

    private static void Optional(ValueWriter row, bool? flag) => row.Int(flag is { } known ? known ? 2 : 1 : 0);

    private static bool? Flag(ref RowReader row) => row.Int() is var value && value == 0 ? null : value == 2;

    private static void Number(ValueWriter row, double? number)
    {
        row.Flag(number is not null);
        if (number is { } known) row.Double(known);
    }

    private static double? Number(ref RowReader row) => row.Flag() ? row.Double() : null;
}
