using System.Net.Http.Json;
using System.Text.Json;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Rules;
using Escalation.Service;
using Escalation.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Escalation.Journeys;

/// <summary>The real service on a free loopback port, over a real SQLite file, with the built-in rules and model.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly Lazy<RuleSet> Rules = new(() => RuleSetLoader.Load().RuleSet!);
    private static readonly Lazy<ModelRegistry> Models = new(() => ModelRegistry.Open(null));
    private readonly WebApplication app;
    private readonly string? folder;

    private RunningService(EscalationService service, WebApplication app, string? folder)
    {
        (Service, this.app, this.folder) = (service, app, folder);
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(100) };
    }

    public EscalationService Service { get; }

    public HttpClient Client { get; }

    public string Address => app.Urls.First();

    public IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    public static async Task<RunningService> StartAsync(TimeProvider? time = null, string? database = null, RuleSet? rules = null, string? follow = null, Func<ServiceOptions, ServiceOptions>? with = null, ILogger? logger = null)
    {
        var folder = database is null ? Directory.CreateTempSubdirectory("escalation-journey-").FullName : null;
        var options = new ServiceOptions
        {
            Database = database ?? $"Data Source={Path.Combine(folder!, "escalation.db")};Default Timeout=1",
            Rules = rules ?? Rules.Value,
            Follow = follow,
            Models = Models.Value,
            Frustration = Models.Value.Choose(FrustrationModel.Target).Entry!.Load(),
            Urls = ["http://127.0.0.1:0"],
            Time = time ?? TimeProvider.System,
        };
        var service = await EscalationService.StartAsync(with?.Invoke(options) ?? options, logger ?? NullLogger.Instance, TestContext.Current.CancellationToken);
        var app = ServiceHost.Create(service, _ => { }, services => WebPages.AddWebPages(services.AddHttpContextAccessor()), WebPages.MapWebPages);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningService(service, app, folder);
    }

    /// <summary>Posts a body; the answer's status and JSON, undefined where it has none.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is string text ? new StringContent(text, null, "application/json") : JsonContent.Create(body) };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await JsonOf(response));
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await JsonOf(response));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await Service.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement : default;
    }
}
