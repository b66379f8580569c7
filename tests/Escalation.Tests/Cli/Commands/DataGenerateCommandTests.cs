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

    private static Task<int> RunAsync(params string[] words) => Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private static ParseResult Parse(string[] words) => new RootCommand { CommandOptions.Json, DataGenerateCommand.Create() }.Parse(["generate", .. words]);
}
