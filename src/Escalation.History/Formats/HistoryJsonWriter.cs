using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Formats;

/// <summary>Writes history records as JSON lines, each with its <c>type</c>, in the fields of "History and labels" in DESIGN.md.</summary>
/// <remarks>Not thread-safe. Fields that are absent are left out; what it writes, the reader reads back as the same record.</remarks>
public sealed class HistoryJsonWriter : IDisposable
{
    private const int FlushBytes = 1 << 16;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> buffer = new(FlushBytes + (FlushBytes >> 1));
    private readonly Utf8JsonWriter json;
    private readonly Stream target;

    /// <summary>A writer onto a stream, which stays open when the writer is disposed.</summary>
    public HistoryJsonWriter(Stream target)
    {
        this.target = target;
        json = new Utf8JsonWriter(buffer, Options);
    }

    /// <summary>Writes one line.</summary>
    /// <exception cref="IOException">The stream could not take it.</exception>
    public void Write(HistoryRecord record)
    {
        json.Reset(buffer);
        Append(json, record);
        json.Flush();
        buffer.Write("\n"u8);
        if (buffer.WrittenCount >= FlushBytes) Flush();
    }

    /// <summary>Hands everything written so far to the stream.</summary>
    public void Flush()
    {
        target.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
        target.Flush();
    }

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose()
    {
        if (buffer.WrittenCount > 0) Flush();
        json.Dispose();
    }

    /// <summary>Writes one record as a JSON object.</summary>
    /// <exception cref="ArgumentException">A kind of record that history does not hold.</exception>
    public static void Append(Utf8JsonWriter json, HistoryRecord record)
    {
        json.WriteStartObject();
        switch (record)
        {
            case Message message: Append(json, message); break;
            case TicketEvent happened: Append(json, happened); break;
            case CustomerVersion customer: Append(json, customer); break;
            case IdentityLink link: Append(json, link); break;
            case Shift shift: Append(json, shift); break;
            case Label label: Append(json, label); break;
            default: throw new ArgumentException($"history holds no {record.GetType().Name}", nameof(record));
        }
        json.WriteEndObject();
    }

    private static void Append(Utf8JsonWriter json, Message message)
    {
        json.WriteString("type"u8, "message"u8);
        json.WriteString("id"u8, message.Id);
        json.WriteString("source"u8, message.Source);
        json.WriteString("externalId"u8, message.ExternalId);
        if (message.Revision != 0) json.WriteNumber("revision"u8, message.Revision);
        json.WriteString("ticketId"u8, message.TicketId.Value);
        json.WriteString("customerId"u8, message.CustomerId.Value ?? "");
        json.WriteString("channel"u8, Wire.Name(message.Channel));
        Times(json, "at"u8, message);
        json.WriteString("author"u8, Wire.Name(message.Author));
        Optional(json, "agentId"u8, message.AgentId);
        Optional(json, "team"u8, message.Team);
        if (!message.Public) json.WriteBoolean("public"u8, false);
        Optional(json, "subject"u8, message.Subject);
        json.WriteString("text"u8, message.Text);
        Optional(json, "threadId"u8, message.ThreadId);
        Optional(json, "inReplyTo"u8, message.InReplyTo);
        Optional(json, "language"u8, message.Language);
        Optional(json, "brand"u8, message.Brand);
        Optional(json, "product"u8, message.Product);
        if (message.Attributes.Count == 0) return;
        json.WriteStartObject("attributes"u8);
        foreach (var (name, value) in message.Attributes) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void Append(Utf8JsonWriter json, TicketEvent happened)
    {
        json.WriteString("type"u8, "event"u8);
        json.WriteString("id"u8, happened.Id);
        json.WriteString("ticketId"u8, happened.TicketId.Value);
        Times(json, "at"u8, happened);
        json.WriteString("kind"u8, Wire.Name(happened.Kind));
        Append(json, happened.Actor);
        Optional(json, "team"u8, happened.Team);
        Optional(json, "toTicket"u8, happened.ToTicket?.Value);
        if (happened.Public is { } visible) json.WriteBoolean("public"u8, visible);
        if (happened.Minutes is { } minutes) json.WriteNumber("minutes"u8, minutes);
        Optional(json, "status"u8, happened.Status);
        Optional(json, "priority"u8, happened.Priority);
        if (happened.Tags is { } tags) Strings(json, "tags"u8, tags);
        Optional(json, "assignee"u8, happened.Assignee);
        if (happened.Until is { } until) Time(json, "until"u8, until);
        Optional(json, "episodeId"u8, happened.EpisodeId);
        if (happened.Band is { } band) json.WriteString("band"u8, Wire.Name(band));
    }

    private static void Append(Utf8JsonWriter json, CustomerVersion customer)
    {
        json.WriteString("type"u8, "customer"u8);
        json.WriteString("id"u8, customer.CustomerId.Value);
        Times(json, "validFrom"u8, customer);
        if (customer.LifetimeValue is { } value) json.WriteNumber("lifetimeValue"u8, value);
        Optional(json, "currency"u8, customer.Currency);
        Optional(json, "tier"u8, customer.Tier);
    }

    private static void Append(Utf8JsonWriter json, IdentityLink link)
    {
        json.WriteString("type"u8, "identity"u8);
        json.WriteString("customerId"u8, link.CustomerId.Value);
        json.WriteString("channel"u8, Wire.Name(link.Channel));
        json.WriteString("address"u8, link.Address);
        Times(json, "at"u8, link);
        json.WriteBoolean("linked"u8, link.Linked);
        json.WriteBoolean("attested"u8, link.Attested);
    }

    private static void Append(Utf8JsonWriter json, Shift shift)
    {
        json.WriteString("type"u8, "shift"u8);
        json.WriteString("agentId"u8, shift.AgentId);
        json.WriteString("team"u8, shift.Team);
        Times(json, "from"u8, shift);
        Time(json, "to"u8, shift.To);
    }

    private static void Append(Utf8JsonWriter json, Label label)
    {
        json.WriteString("type"u8, "label"u8);
        json.WriteString("id"u8, label.Id);
        Times(json, "at"u8, label);
        json.WriteString("ticketId"u8, label.TicketId.Value);
        Optional(json, "episodeId"u8, label.EpisodeId?.Value);
        Optional(json, "messageId"u8, label.MessageId?.Value);
        Optional(json, "decisionId"u8, label.DecisionId);
        json.WriteString("kind"u8, Wire.Name(label.Kind));
        if (label.Needed is { } needed) json.WriteBoolean("needed"u8, needed);
        if (label.Frustrated is { } frustrated) json.WriteString("frustrated"u8, Wire.Name(frustrated));
        Optional(json, "rightTeam"u8, label.RightTeam);
        if (label.WrongSignals.Count > 0) Strings(json, "wrongSignals"u8, label.WrongSignals);
        if (label.Reason is { } reason) json.WriteString("reason"u8, Wire.Name(reason));
        Optional(json, "note"u8, label.Note);
        Append(json, label.Actor);
        json.WriteString("origin"u8, Wire.Name(label.Origin));
        if (label.Shown is { } shown)
        {
            json.WriteStartObject("shown"u8);
            json.WriteNumber("score"u8, shown.Score);
            json.WriteString("band"u8, Wire.Name(shown.Band));
            json.WriteString("configuration"u8, shown.Configuration);
            json.WriteEndObject();
        }
        if (label.Audit is { } audit)
        {
            json.WriteStartObject("audit"u8);
            json.WriteString("design"u8, audit.Design);
            json.WriteString("stratum"u8, audit.Stratum);
            json.WriteNumber("probability"u8, audit.Probability);
            json.WriteEndObject();
        }
        Optional(json, "undoes"u8, label.Undoes);
    }

    private static void Append(Utf8JsonWriter json, Actor actor)
    {
        json.WriteStartObject("actor"u8);
        json.WriteString("id"u8, actor.Id);
        json.WriteString("kind"u8, Wire.Name(actor.Kind));
        Optional(json, "team"u8, actor.Team);
        json.WriteEndObject();
    }

    private static void Times(Utf8JsonWriter json, ReadOnlySpan<byte> atName, HistoryRecord record)
    {
        Time(json, atName, record.At);
        if (record.ReceivedAt is { } received) Time(json, "receivedAt"u8, received);
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, Instant instant)
    {
        Span<byte> text = stackalloc byte[WireTime.Length];
        WireTime.Write(instant, text);
        json.WriteString(name, text);
    }

    private static void Optional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void Strings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }
}
