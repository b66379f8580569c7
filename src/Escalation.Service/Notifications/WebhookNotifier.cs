using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Rules.Notifications;
using Escalation.Service.Api;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Posts JSON: signed to any address, or in the shape that Slack or Microsoft Teams takes.</summary>
/// <remarks>
/// The signature is HMAC-SHA256 over the timestamp, a full stop and the raw bytes of the body: <c>X-Escalation-Timestamp</c> (Unix seconds) and
/// <c>X-Escalation-Signature: sha256=HEX</c>. <c>X-Escalation-Notification</c> is the same for every try. Redirects are not followed.
/// </remarks>
internal sealed class WebhookNotifier(TimeProvider time, Func<OutgoingNotification, object> shape) : INotifier, IDisposable
{
    private const int MostShown = 200;
    private readonly HttpClient client = NewClient();

    public async Task<SendOutcome> SendAsync(NotificationChannel channel, OutgoingNotification notification, CancellationToken cancellation)
    {
        var (url, problem) = channel.UrlSecret is { } source ? source.Read() : (channel.Url, null);
        var (secret, unsigned) = channel.Secret?.Read() ?? (null, null);
        if ((problem ?? unsigned) is { } missing) return new SendOutcome(SendResult.Failed, missing);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return new SendOutcome(SendResult.Failed, $"the address of channel {channel.Name} is no http or https address");

        var body = JsonSerializer.SerializeToUtf8Bytes(shape(notification), Json.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("X-Escalation-Notification", notification.Id);
        if (secret is not null)
        {
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("X-Escalation-Timestamp", timestamp);
            request.Headers.Add("X-Escalation-Signature", "sha256=" + Signature(secret, timestamp, body));
        }
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return await OutcomeOf(response, cancellation);
    }

    /// <summary>Follows no redirect, keeps no cookie; how long it waits is the caller's.</summary>
    internal static HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2), UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What a receiver computes to see that a body is ours: 64 hex digits.</summary>
    internal static string Signature(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
        hmac.AppendData(body);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    public void Dispose() => client.Dispose();

    /// <summary>What an answer means: a success, a refusal for good, or something to try again.</summary>
    internal static async Task<SendOutcome> OutcomeOf(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var detail = $"{status} {await BeginningAsync(response, cancellation)}".TrimEnd();
        if (response.IsSuccessStatusCode) return new SendOutcome(SendResult.Sent, detail);
        if (status is not (408 or 425 or 429 or >= 500)) return new SendOutcome(SendResult.Refused, detail);
        return new SendOutcome(SendResult.Failed, detail, response.Headers.RetryAfter?.Delta is { } wait && wait > TimeSpan.Zero ? Duration.FromTimeSpan(wait) : null);
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MostShown];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, read).ReplaceLineEndings(" ").Trim();
    }
}
