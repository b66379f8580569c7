using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;

namespace Escalation.Benchmarks.Load;

/// <summary>The bytes of requests, made of customers' texts of the bundled history; every message is a new one.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RequestWriter
{
    private readonly string path;
    private readonly int customers;
    private readonly byte[][] texts;

    public RequestWriter(string path, int customers)
    {
        (this.path, this.customers) = (path, customers);
        texts = path == LoadPlan.Empty ? [] : Texts();
    }

    /// <summary>The request with a number.</summary>
    public byte[] Write(int number)
    {
        if (path == LoadPlan.Empty) return Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var text = texts[(int)(Mixed(number) % (uint)texts.Length)];
        var head = path == LoadPlan.Messages ? Head(number) : "{\"text\":";
        var length = head.Length + text.Length + 1;
        var start = string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        var request = new byte[start.Length + length];
        var written = Encoding.ASCII.GetBytes(start, request);
        written += Encoding.ASCII.GetBytes(head, request.AsSpan(written));
        text.CopyTo(request, written);
        request[^1] = (byte)'}';
        return request;
    }

    private string Head(int number)
    {
        var customer = Mixed(number + 1_000_003) % (uint)customers;
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"source\":\"load\",\"externalId\":\"m{number}\",\"customerId\":\"c{customer}\",\"ticketId\":\"t{customer}\",\"channel\":\"email\",\"author\":\"customer\",\"at\":\"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}\",\"text\":");
    }

    private static byte[][] Texts()
    {
        var file = Path.Combine(Checkout.Root, "data", "history", "messages.jsonl");
        return [.. HistorySource.Open([file], new HistoryReadOptions(), out _)!.Read().OfType<Message>().Where(m => m.Author == Author.Customer && m.Text.Length > 0)
            .Select(m => JsonSerializer.SerializeToUtf8Bytes(m.Text))];
    }

    private static uint Mixed(int number)
    {
        var x = unchecked((uint)number * 2654435769u);
        x ^= x >> 15;
        return unchecked(x * 2246822519u) ^ (x >> 13);
    }
}
