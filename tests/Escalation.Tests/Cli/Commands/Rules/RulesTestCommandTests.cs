using System.CommandLine;
using System.Xml.Linq;
using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Rules;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands.Rules;

public sealed class RulesTestCommandTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_default_cases_pass_and_a_failing_one_is_in_text_exit_code_and_JUnit()
    {
        WriteDefault();
        var junit = Path.Combine(folder.Path, "cases.xml");
        Assert.Equal(ExitCode.Done, await RunAsync(folder.Path, "--junit", junit));
        Assert.Equal(0, (int)XDocument.Load(junit).Root!.Attribute("failures")!);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "tests", "wrong.json"),
            """{"cases":[{"name":"wrong <&> \u0001","facts":{"contacts.SameIssue7d":1},"hits":["repeat_contact"]}]}""", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.CheckFailed, await RunAsync(folder.Path, "--junit", junit));

        var failure = Assert.Single(XDocument.Load(junit).Descendants("failure"));
        Assert.Contains("contacts.SameIssue7d is 1", (string)failure.Attribute("message")!, StringComparison.Ordinal);
        Assert.Equal("tests/wrong.json", (string)failure.Parent!.Attribute("classname")!);
    }

    [Fact]
    public async Task Rules_that_cannot_be_read_are_errors_in_JUnit()
    {
        WriteDefault();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "signals.json"), "[{", TestContext.Current.CancellationToken);
        var junit = Path.Combine(folder.Path, "cases.xml");
        Assert.Equal(ExitCode.CheckFailed, await RunAsync(folder.Path, "--junit", junit));
        Assert.Equal("signals.json", (string)Assert.Single(XDocument.Load(junit).Descendants("error")).Parent!.Attribute("classname")!);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_and_watching_what_never_changes_are_wrong_usage() =>
        Assert.Equal(ExitCode.BadInput, await RunAsync(Path.Combine(folder.Path, "nowhere"), "--watch"));

    [Fact]
    public async Task Watching_runs_again_when_a_file_changes_and_ends_when_told()
    {
        WriteDefault();
        var junit = new FileInfo(Path.Combine(Directory.CreateTempSubdirectory("escalation-junit").FullName, "cases.xml"));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var ran = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(junit.DirectoryName!) { EnableRaisingEvents = true };
        watcher.Changed += (_, _) => ran.Release();
        watcher.Created += (_, _) => ran.Release();
        var running = Task.Run(() => RunAsync(end.Token, folder.Path, "--watch", "--junit", junit.FullName), end.Token);
        await UntilAsync(0);
        var wrong = Path.Combine(folder.Path, "tests", "wrong.json");
        // Watching may begin a moment after the first run: written until it is seen.
        while (FailuresIn(junit) != 1)
        {
            await File.WriteAllTextAsync(wrong, """{"cases":[{"name":"wrong","hits":["repeat_contact"]}]}""", end.Token);
            await ran.WaitAsync(TimeSpan.FromSeconds(2), end.Token);
        }
        File.Delete(wrong);
        await UntilAsync(0);
        await end.CancelAsync();
        await running.WaitAsync(TestContext.Current.CancellationToken);

        async Task UntilAsync(int failures)
        {
            while (FailuresIn(junit) != failures) await ran.WaitAsync(TimeSpan.FromSeconds(2), end.Token);
        }
    }

    private static int FailuresIn(FileInfo junit)
    {
        try
        {
            return File.Exists(junit.FullName) ? (int)XDocument.Load(junit.FullName).Root!.Attribute("failures")! : -1;
        }
        catch (Exception exception) when (exception is System.Xml.XmlException or IOException)
        {
            return -1;
        }
    }

    private void WriteDefault()
    {
        var files = RuleFiles.BuiltIn();
        foreach (var path in files.Paths)
        {
            var file = Path.Combine(folder.Path, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, files.Find(path)!);
        }
    }

    private static Task<int> RunAsync(params string[] words) => RunAsync(TestContext.Current.CancellationToken, words);

    private static Task<int> RunAsync(CancellationToken cancellation, params string[] words) =>
        new RootCommand { CommandOptions.Rules, CommandOptions.Models, CommandOptions.Json, RulesCommand.Create(ConfigurationLoader.Load, TimeProvider.System) }
            .Parse(["rules", "test", .. words]).InvokeAsync(cancellationToken: cancellation);
}
