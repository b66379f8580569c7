using System.Text.Json;

namespace Escalation.History.Formats;

/// <summary>The JSON form of an input summary: <c>{read, accepted, rejected[]}</c> and the counts beside.</summary>
public static class InputSummaryJson
{
    /// <summary>Writes one object.</summary>
    public static void Write(Utf8JsonWriter json, InputSummary summary)
    {
        json.WriteStartObject();
        WriteFields(json, summary);
        json.WriteEndObject();
    }

    /// <summary>Writes the fields into an object that is already begun.</summary>
    public static void WriteFields(Utf8JsonWriter json, InputSummary summary)
    {
        json.WriteNumber("read"u8, summary.Read);
        json.WriteNumber("accepted"u8, summary.Accepted);
        json.WriteStartArray("rejected"u8);
        foreach (var problem in summary.Rejected)
        {
            json.WriteStartObject();
            json.WriteString("file"u8, problem.File);
            json.WriteNumber("line"u8, problem.Line);
            json.WriteString("field"u8, problem.Field);
            json.WriteString("message"u8, problem.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("rejectedCount"u8, summary.RejectedCount);
        json.WriteNumber("duplicates"u8, summary.Duplicates);
        json.WriteNumber("missingReceivedAt"u8, summary.MissingReceivedAt);
        json.WriteNumber("ambiguousLocalTimes"u8, summary.AmbiguousLocalTimes);
        json.WriteNumber("ticketsMade"u8, summary.TicketsMade);
    }
}
