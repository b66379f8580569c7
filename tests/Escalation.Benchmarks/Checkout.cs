namespace Escalation.Benchmarks;

/// <summary>The checkout that a benchmark runs in.</summary>
internal static class Checkout
{
    /// <summary>Its folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The benchmark was started from a copy outside a checkout.</exception>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Escalation.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("run from inside the checkout: no folder above holds Escalation.sln");
    }
}
