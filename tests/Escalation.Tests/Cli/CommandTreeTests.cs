using System.CommandLine;
using Escalation.Cli;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli;

public sealed class CommandTreeTests
{
    private static readonly RootCommand Root = CommandTree.Create(TimeProvider.System, (_, _, _) => Task.CompletedTask, (_, _, _) => Task.FromResult<(string, string)?>(null));

    public static TheoryData<string> Paths => [.. Walk(Root, []).Select(c => string.Join(' ', c.Path))];

    [Theory, MemberData(nameof(Paths))]
    public void Every_command_has_help_with_an_example_that_parses(string path)
    {
        var command = Walk(Root, []).Single(c => string.Join(' ', c.Path) == path).Command;
        var example = ExampleOf(command.Description!);
        Assert.True(example is not null, $"escalation {path}: no 'Example: ...' in its help");
        var start = example.IndexOf("escalation " + path, StringComparison.Ordinal);
        Assert.True(start >= 0, $"the example of '{path}' is of another command: {example}");
        Assert.Empty(Root.Parse(example[(start + "escalation ".Length)..]).Errors);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Help_shows_the_example_the_common_options_and_what_each_option_is(string path)
    {
        var output = new StringWriter();
        var parse = Root.Parse(path + " --help");
        Assert.Equal(0, parse.Invoke(new InvocationConfiguration { Output = output }));
        foreach (var expected in (string[])["Example: ", "--json", "--database", "--rules", "--models"]) Assert.Contains(expected, output.ToString(), StringComparison.Ordinal);
        foreach (var option in parse.CommandResult.Command.Options) Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{path} {option.Name}");
    }

    [Fact]
    public void The_commands_of_the_contract_are_there()
    {
        string[] expected =
        [
            "serve", "decide", "rules check", "rules list", "rules teams", "rules snooze", "rules snoozes", "rules unsnooze", "rules quarantine list", "rules quarantine end", "rules versions", "rules promote", "rules approve", "rules rollback", "rules diff", "replay", "train", "models list", "models show", "models evaluate", "models predict", "models promote", "models rollback", "models history", "models drift", "labels review", "weights learn", "import", "data generate", "metrics", "sla explain", "sla oncall", "db migrate", "customers show", "customers list", "customers link", "customers unlink", "notifications list", "notifications show", "notifications retry", "notifications preview",
        ];
        Assert.Empty(expected.Except(Walk(Root, []).Select(c => string.Join(' ', c.Path))));
    }

    [Fact]
    public async Task Wrong_usage_is_exit_2_with_where_to_look()
    {
        using var folder = new ScratchFolder();
        (await EscalationProcess.RunAsync(folder.Path, "rules", "chekc")).Ended(2).Says("chekc", "Try: escalation rules --help");
        (await EscalationProcess.RunAsync(folder.Path, "replay", "--workers", "many")).Ended(2).Says("--history", "many", "Try: escalation replay --help");
        (await EscalationProcess.RunAsync(folder.Path)).Ended(2);
        Assert.Contains("Example:", (await EscalationProcess.RunAsync(folder.Path, "--help")).Ended(0).Output, StringComparison.Ordinal);
    }

    private static IEnumerable<(Command Command, string[] Path)> Walk(Command command, string[] path) =>
        [(command, path), .. command.Subcommands.SelectMany(c => Walk(c, [.. path, c.Name]))];

    private static string? ExampleOf(string description) =>
        description.IndexOf("Example: ", StringComparison.Ordinal) is >= 0 and var at ? description[(at + "Example: ".Length)..].Split('\n')[0].TrimEnd('\r', '.') : null;
}
