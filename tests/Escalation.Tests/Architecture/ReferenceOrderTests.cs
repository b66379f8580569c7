using System.IO.Enumeration;
using System.Reflection;
using NodaTime;

namespace Escalation.Tests.Architecture;

/// <summary>Core &lt;- {Rules, Inference, Storage, History} &lt;- {Replay, Trainer} &lt;- Service &lt;- Web &lt;- Cli, one way only.</summary>
public sealed class ReferenceOrderTests
{
    // Source: "The house" in DESIGN.md. What is referenced through another project is not repeated.
    private static readonly Dictionary<string, string[]> Order = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Rules"] = ["Core"],
        ["Inference"] = ["Core"],
        ["Storage"] = ["Core"],
        ["History"] = ["Core"],
        ["Replay"] = ["History", "Inference", "Rules"],
        ["Trainer"] = ["History", "Inference"],
        ["Service"] = ["History", "Inference", "Replay", "Rules", "Storage", "Trainer"],
        ["Web"] = ["Service"],
        ["Cli"] = ["Web"],
    };

    // Who may know the types of a package: an upgrade is then a change to these projects. Framework assemblies need no line.
    private static readonly (string Package, string[] Owners)[] Packages =
    [
        ("RulesEngine", ["Rules"]), ("System.Linq.Dynamic.Core", ["Rules"]), ("FastExpressionCompiler", ["Rules"]), ("Jint", ["Rules"]),
        ("Microsoft.ML", ["Inference", "Trainer"]),
        ("Dapper", ["Storage"]), ("Microsoft.Data.Sqlite", ["Storage"]), ("SQLitePCLRaw", ["Storage"]), ("Npgsql", ["Storage"]),
        ("CsvHelper", ["History", "Trainer"]), ("Ical.Net", ["Rules"]), ("Fluid", ["Rules"]),
        ("Microsoft.AspNetCore.OpenApi", ["Service"]), ("MailKit", ["Service"]), ("MimeKit", ["History", "Service"]), ("Polly", ["Service"]),
        ("MudBlazor", ["Web"]), ("System.CommandLine", ["Cli"]), ("Spectre.Console", ["Cli"]),
    ];

    // Its source generator writes code into every project that sees it, so that the compiled files prove nothing.
    private const string WritesIntoUsers = "Microsoft.AspNetCore.OpenApi";

    private static readonly string[] TopLevel =
    [
        ".ci", ".vscode", ".editorconfig", ".git", ".gitattributes", ".gitignore", "data", "Directory.Build.props", "Directory.Packages.props", "Escalation.sln", "global.json",
        "LICENSE", "models", "README.md", "rules", "src", "tests",
    ];

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Fact]
    public void Every_project_of_the_house_is_there_and_no_other() =>
        Assert.Equal(Order.Keys.Order(StringComparer.Ordinal), Repository.Projects);

    [Theory, MemberData(nameof(Projects))]
    public void A_project_refers_to_those_below_it_as_agreed(string project) =>
        Assert.Equal(Order[project], Repository.Includes(project, "ProjectReference").Select(Repository.ShortName));

    [Theory, MemberData(nameof(Projects))]
    public void Every_package_has_an_owner_and_only_its_owner_names_it(string project)
    {
        foreach (var package in Repository.Includes(project, "PackageReference").Where(p => p != "NodaTime"))
        {
            var owners = Packages.Where(p => IsOf(p.Package, package)).SelectMany(p => p.Owners);
            Assert.True(owners.Contains(project), $"{project} names the package {package}, which belongs to {string.Join(", ", owners)}; a new package needs a line in this test");
        }
    }

    [Theory, MemberData(nameof(Projects))]
    public void The_types_of_a_package_stay_with_its_owner(string project)
    {
        // A package reaches the projects above its owner by itself; only what the compiler wrote down shows who uses it.
        var assembly = Assembly.Load(project == "Cli" ? "escalation" : $"Escalation.{project}");
        foreach (var used in assembly.GetReferencedAssemblies().Select(a => a.Name!))
            foreach (var (package, owners) in Packages.Where(p => p.Package != WritesIntoUsers))
                Assert.False(IsOf(package, used) && !owners.Contains(project), $"{project} uses types of {used}, which belong to {string.Join(", ", owners)}");
    }

    [Fact]
    public void Core_refers_to_NodaTime_alone()
    {
        Assert.Equal(["NodaTime"], Repository.Includes("Core", "PackageReference"));
        Assert.Empty(Repository.Includes("Core", "FrameworkReference"));
        var used = typeof(Core.Decisions.Decision).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !IsFramework(n));
        Assert.Equal(["NodaTime"], used);
    }

    [Fact]
    public void What_Core_shows_consists_of_its_own_types_NodaTime_and_the_framework()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var core = typeof(Core.Decisions.Decision).Assembly;
        var shown = new HashSet<Type>();
        foreach (var type in core.GetExportedTypes())
        {
            if (type.BaseType is { } parent) Add(parent);
            foreach (var contract in type.GetInterfaces()) Add(contract);
            foreach (var method in type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)).Where(m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly))
            {
                foreach (var parameter in method.GetParameters()) Add(parameter.ParameterType);
                if (method is MethodInfo { ReturnType: var result }) Add(result);
            }
            foreach (var field in type.GetFields(all).Where(f => f.IsPublic || f.IsFamily)) Add(field.FieldType);
        }
        Assert.Contains(typeof(Instant), shown);
        Assert.DoesNotContain(shown, t => t.Assembly != core && t.Assembly != typeof(Instant).Assembly && !IsFramework(t.Assembly.GetName().Name!));

        void Add(Type type)
        {
            if (type.HasElementType) Add(type.GetElementType()!);
            else if (!type.IsGenericParameter && shown.Add(type))
                foreach (var argument in type.GetGenericArguments()) Add(argument);
        }
    }

    [Fact]
    public void Only_agreed_entries_stand_at_the_top()
    {
        var ignored = File.ReadAllLines(Path.Combine(Repository.Root.FullName, ".gitignore")).Select(l => l.Trim().TrimEnd('/')).Where(l => l.Length > 0 && l[0] != '#').ToList();
        var found = Repository.Root.GetFileSystemInfos().Select(f => f.Name).Where(name => !ignored.Exists(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)));
        Assert.Empty(found.Except(TopLevel));
    }

    private static bool IsOf(string package, string name) => name == package || name.StartsWith(package + ".", StringComparison.Ordinal);

    private static bool IsFramework(string assembly) => assembly is "netstandard" or "mscorlib" || IsOf("System", assembly);
}
