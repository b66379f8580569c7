using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Escalation.Journeys.Notifications;

/// <summary>What a webhook was handed.</summary>
internal sealed record Posted(string Method, string Path, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Body).RootElement;
}

/// <summary>A real web server on loopback that keeps what is posted to it and answers as a test chooses.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly WebApplication app;
    private readonly Channel<Posted> posted = Channel.CreateUnbounded<Posted>();
    private readonly ConcurrentQueue<int> answers = new();

    private WebhookReceiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.First() + "/hook";

    /// <summary>Answers the next posts with these statuses, and 200 afterwards.</summary>
    public static async Task<WebhookReceiver> StartAsync(params int[] statuses)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        foreach (var status in statuses) receiver.answers.Enqueue(status);
        receiver.app.MapMethods("/hook/{**rest}", ["POST", "PUT", "PATCH"], receiver.TakeAsync);
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next post.</summary>
    public Task<Posted> NextAsync() => posted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>Whether nothing waits to be looked at.</summary>
    public bool IsQuiet => posted.Reader.Count == 0;

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 200;
        await posted.Writer.WriteAsync(new Posted(context.Request.Method, context.Request.Path + context.Request.QueryString, body.ToArray(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        await context.Response.WriteAsync(context.Response.StatusCode == 200 ? "ok" : "not now");
    }
}
