using System.Xml.Linq;

namespace Escalation.Tests.Architecture;

/// <summary>The working copy that these tests were built from.</summary>
internal static class Repository
{
    public static readonly DirectoryInfo Root = FindRoot();

    /// <summary>Names of the projects under <c>src</c>, without the common <c>Escalation.</c>.</summary>
    public static IEnumerable<string> Projects => Root.GetDirectories("src")[0].GetFiles("*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
        .Select(f => ShortName(f.Name)).Order(StringComparer.Ordinal);

    /// <summary>What a project file includes as <paramref name="item"/>, for example <c>PackageReference</c>.</summary>
    public static IReadOnlyList<string> Includes(string project, string item) =>
        [.. XDocument.Load(Path.Combine(Root.FullName, "src", $"Escalation.{project}", $"Escalation.{project}.csproj"))
            .Descendants(item).Select(e => e.Attribute("Include")!.Value).Order(StringComparer.Ordinal)];

    public static string ShortName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))["Escalation.".Length..];

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (folder.GetFiles("Escalation.sln").Length > 0) return folder;
        throw new DirectoryNotFoundException("Escalation.sln stands in no folder above the tests; run them from inside a working copy");
    }
}
