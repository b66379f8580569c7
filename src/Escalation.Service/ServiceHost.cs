using System.Net;
using Escalation.Service.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Escalation.Service;

/// <summary>The web server around an <see cref="EscalationService"/>: every address of the API, problems, and limits.</summary>
public static class ServiceHost
{
    /// <summary>An address that may not be listened on, and the way out; null where all may.</summary>
    /// <remarks>No key can be configured yet, so the service is open to whoever reaches it: loopback only.</remarks>
    public static string? Refusal(IEnumerable<string> urls)
    {
        foreach (var url in urls)
        {
            if (!Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
                return $"--urls: \"{url}\" is no address to listen on; write it as http://127.0.0.1:5080";
            if (!IsLoopback(uri.Host))
                return $"--urls: {url} can be reached from other machines, and no key is configured; listen on loopback, for example http://127.0.0.1:{uri.Port}, and put a proxy with authentication in front";
        }
        return null;
    }

    /// <summary>A server that is not yet listening.</summary>
    /// <param name="service">The service; it outlives the server and is not disposed by it.</param>
    /// <param name="logging">Where the log goes.</param>
    /// <param name="configure">Adds what pages need.</param>
    /// <param name="map">Adds pages beside the API.</param>
    /// <exception cref="ArgumentException">An address that <see cref="Refusal"/> names.</exception>
    public static WebApplication Create(EscalationService service, Action<ILoggingBuilder> logging, Action<IServiceCollection>? configure = null, Action<IEndpointRouteBuilder>? map = null)
    {
        if (Refusal(service.Options.Urls) is { } refusal) throw new ArgumentException(refusal, nameof(service));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        logging(builder.Logging.ClearProviders());
        builder.WebHost.UseUrls([.. service.Options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.MaxBytes;
        });
        builder.Services.AddSingleton(service);
        configure?.Invoke(builder.Services);
        builder.Services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));
        builder.Services.AddExceptionHandler<ProblemMapping>().AddProblemDetails(o => o.CustomizeProblemDetails = Problems.Complete).AddOpenApi("v1");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        var publicAuthority = service.Options.Rules.Notifications?.PublicUrl is { } address ? new Uri(address).Authority : null;
        app.Use((context, next) => RefuseForeignCallers(context, next, publicAuthority));
        app.MapOpenApi("/openapi/{documentName}.json");
        MapApi(app);
        map?.Invoke(app);
        return app;
    }

    private static void MapApi(IEndpointRouteBuilder app)
    {
        app.MapAnalyze();
        app.MapCompatible();
        app.MapIntake();
        app.MapChannels();
        app.MapEscalations();
        app.MapIncidents();
        app.MapMetrics();
        app.MapSla();
        app.MapCatalog();
        app.MapRuleImpact();
        app.MapRuleHealth();
        app.MapReviews();
        app.MapCustomers();
        app.MapNotifications();
        app.MapMutes();
        app.MapRuleSnoozes();
        app.MapRulePromotion();
        app.MapHealth();
        app.MapPrometheus();
    }

    /// <remarks>
    /// Open on loopback means open to every page in a browser on this machine: a name that was bound to 127.0.0.1, or a form on another site,
    /// must not reach it. Links in messages come through the proxy of notifications.json's publicUrl; each carries its own proof.
    /// </remarks>
    private static async Task RefuseForeignCallers(HttpContext context, RequestDelegate next, string? publicAuthority)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var isAnswer = publicAuthority is not null && (context.Request.Path.StartsWithSegments("/answer") || context.Request.Path == "/style.css");
        if (!IsLoopback(context.Request.Host.Host) && !(isAnswer && context.Request.Host.Value == publicAuthority))
            await Problems.Of(403, $"this service answers on loopback only, and was called as {context.Request.Host.Host}; call it by 127.0.0.1 or localhost").ExecuteAsync(context);
        else if (origin.Length > 0 && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || (from.Authority != context.Request.Host.Value && !(isAnswer && from.Authority == publicAuthority))))
            await Problems.Of(403, "the call comes from a page of another site and is refused").ExecuteAsync(context);
        else await next(context);
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
