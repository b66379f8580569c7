using System.CommandLine;
using Escalation.Cli;
using Escalation.Cli.Commands;

namespace Escalation.Tests.Cli.Commands;

public sealed class DataGenerateCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("generate-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Writes_the_history_into_a_folder_that_was_not_there()
    {
        var target = Path.Combine(folder.FullName, "new");
        Assert.Equal(ExitCode.Done, await RunAsync("--messages", "200", "--seed", "3", "--out", target));
        Assert.Equal(200, File.ReadLines(Path.Combine(target, "messages.jsonl")).Count());
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_wrong_usage_unless_forced()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mine.txt"), "keep", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.BadInput, await RunAsync("--messages", "200", "--out", folder.FullName));
        Assert.Single(folder.GetFiles());
        Assert.Equal(ExitCode.Done, await RunAsync("--messages", "200", "--out", folder.FullName, "--force"));
        Assert.Equal(8, folder.GetFiles().Length);
    }

    [Theory, InlineData("--messages", "0"), InlineData("--messages", "many"), InlineData("--messages", "5", "--start", "06/01/2025"), InlineData("--seed", "1")]
    public void Wrong_words_are_named_before_anything_is_written(params string[] words) =>
        Assert.NotEmpty(Parse([.. words, "--out", folder.FullName]).Errors);

    [Fact]
    public async Task Long_work_says_where_it_is_and_Ctrl_C_leaves_no_half_file()
    {
        using var process = EscalationProcess.Start(folder.FullName, "data", "generate", "--messages", "5000000", "--out", "stopped");
        var progress = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Matches("^[0-9,]+ of 5,000,000 messages, ", progress);
        await EscalationProcess.InterruptAsync(process);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await EscalationProcess.EndAsync(process);
        new Ran(process.ExitCode, await output, await error).Ended(3).Says("Stopped");
        Assert.Equal("", await output);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.FullName, "stopped")));
    }

    private static Task<int> RunAsync(params string[] words) => Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private static ParseResult Parse(string[] words) => new RootCommand { CommandOptions.Json, DataGenerateCommand.Create() }.Parse(["generate", .. words]);
}
