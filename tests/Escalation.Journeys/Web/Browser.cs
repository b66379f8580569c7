using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>A real Chromium, driven as a person drives it; whatever its console or network calls an error is kept.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private const float Patience = 60_000;         // milliseconds; a wait ends as soon as what is waited for is there
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public List<string> Errors { get; } = [];

    /// <summary>Starts it; the test is skipped, visibly, where no Chromium is installed.</summary>
    public static async Task<Browser> StartAsync()
    {
        var path = Array.Find([Environment.GetEnvironmentVariable("CHROMIUM") ?? "", .. Paths], File.Exists);
        Assert.SkipWhen(path is null, "no Chromium is installed: install the package chromium, or name one in the variable CHROMIUM");
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        var options = new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [] };
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(options));
    }

    /// <summary>A page of a visitor of its own.</summary>
    public async Task<IPage> OpenAsync(string address, int width = 1360, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => Errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Errors.Add(message.Text);
        };
        page.RequestFailed += (_, request) => Errors.Add($"{request.Url}: {request.Failure}");
        return page;
    }

    /// <summary>Keeps a picture of what is seen in the test output folder.</summary>
    public static Task KeepAsync(IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", name + ".png") });

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
