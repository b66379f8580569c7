using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Import;
using Escalation.History.Reading;

namespace Escalation.History.HelpDesks;

/// <summary>Imports what help desks export: JSON lines, a ticket with its comments a line. The ids are those of the webhooks, so that live deliveries and an import never make two of one message.</summary>
public static class HelpDeskExports
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>Imports a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">What a line holds: <see cref="Zendesk"/> or <see cref="Zammad"/>.</param>
    /// <param name="source">Whose export it is.</param>
    /// <param name="summary">Counts and problems; of a line with a bad comment the others are taken.</param>
    /// <param name="take">Called for every record in the order of the file.</param>
    /// <param name="cancellation">Ends between two lines.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImportSummary Run(
        string file, Func<JsonElement, DeliverySource, DeliveryReading> read, DeliverySource source, InputSummary summary, Action<HistoryRecord> take, CancellationToken cancellation)
    {
        using var stream = FileOrder.Open(file);
        var lines = new LineReader(stream, file);
        var (messages, events) = (0L, 0L);
        while (lines.Next() is { } chunk)
        {
            foreach (var problem in lines.Problems) summary.RejectRead(problem);
            lines.Problems.Clear();
            var number = chunk.FirstLine;
            foreach (var line in LinesOf(chunk))
            {
                cancellation.ThrowIfCancellationRequested();
                summary.Read++;
                var reading = ReadLine(line, read, source);
                foreach (var problem in reading.Problems) summary.Reject(Place(file, number, problem));
                foreach (var delivered in reading.Records)
                {
                    take(delivered.Record);
                    if (delivered.Record is Message) messages++;
                    else events++;
                }
                if (reading.Problems.Count == 0) summary.Accepted++;
                number++;
            }
        }
        foreach (var problem in lines.Problems) summary.RejectRead(problem);
        return new ImportSummary(summary, new Dictionary<RecordType, long> { [RecordType.Message] = messages, [RecordType.Event] = events }, 0, 0, 0, "as the source has them");
    }

    /// <summary>A ticket of Zendesk's JSON export: <c>{id, created_at, updated_at, requester_id, subject, status, priority, tags, via, group_id, solved_at?, comments[{id, created_at, author_id, public, plain_body | body}]}</c>.</summary>
    /// <remarks>Who writes and is not the requester is taken for an agent. Source: developer.zendesk.com/api-reference/ticketing/tickets/tickets and /ticket_comments.</remarks>
    /// <exception cref="DeliveryException">The ticket itself lacks something.</exception>
    public static DeliveryReading Zendesk(JsonElement body, DeliverySource source)
    {
        var ticket = new JsonPart(body, "");
        var (number, requester) = (ticket.Required("id"), ticket.Text("requester_id") ?? ticket.Find("requester")?.Text("id"));
        var created = ticket.Time("created_at");
        var status = ticket.Text("status")?.ToLowerInvariant();
        var group = source.TeamOf(ticket.Find("group")?.Text("name") ?? ticket.Text("group_id"));
        var records = new List<DeliveredRecord>
        {
            new(new TicketEvent
            {
                Id = $"{source.Source}/{number}/created",
                TicketId = source.Ticket(number),
                Kind = EventKind.Created,
                At = created,
                Actor = new Actor(requester ?? "", ActorKind.Customer),
                Priority = ticket.Text("priority")?.ToLowerInvariant(),
                Tags = [.. ticket.Items("tags").Select(t => t.Word())],
            }, ""),
        };
        if (group is not null)
            records.Add(new DeliveredRecord(new TicketEvent { Id = $"{source.Source}/{number}/group", TicketId = source.Ticket(number), Kind = EventKind.Assigned, At = ticket.OptionalTime("assigned_at") ?? created, Actor = new Actor("", ActorKind.Robot), Team = group }, "/group_id"));
        var problems = new List<DeliveryProblem>();
        foreach (var comment in ticket.Items("comments"))
            Try(problems, () => records.Add(Comment(comment, ticket, number, requester, group, source)));
        if (status is "solved" or "closed")
        {
            var at = ticket.OptionalTime("solved_at") ?? ticket.Find("metric_set")?.OptionalTime("solved_at") ?? ticket.Time("updated_at");
            records.Add(new DeliveredRecord(new TicketEvent { Id = $"{source.Source}/{number}/{status}", TicketId = source.Ticket(number), Kind = EventKind.Resolved, At = at, Actor = new Actor(ticket.Text("assignee_id") ?? "", ActorKind.Human, group), Status = status }, "/status"));
        }
        return new DeliveryReading(records, problems);
    }

    /// <summary>A ticket of Zammad as its API gives it with <c>expand</c>: <c>{ticket{}, articles[]}</c>, the parts as in the webhook.</summary>
    /// <exception cref="DeliveryException">The ticket itself lacks something.</exception>
    public static DeliveryReading Zammad(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        var ticket = root.Get("ticket");
        var records = new List<DeliveredRecord>();
        var problems = new List<DeliveryProblem>();
        root.Get("articles");
        records.AddRange(ZammadWebhook.Lifetime(ticket, source));
        foreach (var article in root.Items("articles"))
            Try(problems, () => records.Add(ZammadWebhook.Article(article, ticket, source)));
        return new DeliveryReading(records, problems);
    }

    private static DeliveredRecord Comment(JsonPart comment, JsonPart ticket, string number, string? requester, string? team, DeliverySource source)
    {
        var (id, author) = (comment.Required("id"), comment.Required("author_id"));
        var isCustomer = author == requester;
        return new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(number),
            CustomerId = source.Customer(requester),
            Channel = ZendeskEvents.ChannelOf(comment.Find("via")?.Text("channel") ?? ticket.Find("via")?.Text("channel")),
            Author = author == "-1" ? Author.System : isCustomer ? Author.Customer : Author.Agent,
            AgentId = isCustomer ? null : author,
            Team = isCustomer ? null : team,
            Public = comment.Flag("public", true),
            At = comment.Time("created_at"),
            Subject = ticket.Text("subject"),
            Text = comment.LongText(comment.Find("plain_body") is null ? "body" : "plain_body"),
            Brand = ticket.Text("brand_id"),
        }, comment.Pointer);
    }

    /// <remarks>The message begins with the field's own name, which the place says already.</remarks>
    private static InputProblem Place(string file, long line, DeliveryProblem problem)
    {
        var name = problem.Pointer[(problem.Pointer.LastIndexOf('/') + 1)..] + ": ";
        var message = problem.Message.StartsWith(name, StringComparison.Ordinal) ? problem.Message[name.Length..] : problem.Message;
        return new InputProblem(file, line, problem.Pointer.Length == 0 ? "line" : problem.Pointer[1..].Replace('/', '.'), message);
    }

    private static void Try(List<DeliveryProblem> problems, Action read)
    {
        try
        {
            read();
        }
        catch (DeliveryException bad)
        {
            problems.Add(new DeliveryProblem(bad.Pointer, bad.Message));
        }
    }

    private static DeliveryReading ReadLine(byte[] line, Func<JsonElement, DeliverySource, DeliveryReading> read, DeliverySource source)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            return document.RootElement.ValueKind != JsonValueKind.Array ? read(document.RootElement, source)
                : throw new DeliveryException("", "is a list; write one ticket a line, for example with: jq -c '.[]'");
        }
        catch (DeliveryException bad)
        {
            return new DeliveryReading([], [new DeliveryProblem(bad.Pointer, bad.Message)]);
        }
        catch (JsonException broken)
        {
            return new DeliveryReading([], [new DeliveryProblem("", FormattableString.Invariant($"is not valid JSON at byte {broken.BytePositionInLine + 1}; each line holds one ticket, in UTF-8"))]);
        }
    }

    private static List<byte[]> LinesOf(LineChunk chunk)
    {
        var lines = new List<byte[]>();
        var each = new LineEnumerator(chunk.Bytes);
        while (each.MoveNext()) lines.Add(each.Line.ToArray());
        chunk.Return();
        return lines;
    }
}
