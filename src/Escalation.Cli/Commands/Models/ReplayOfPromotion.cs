using System.CommandLine;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Replay;
using Escalation.Replay.Arms;
using Escalation.Service.Versions;
using Escalation.Storage;
using Escalation.Trainer.Publishing;

namespace Escalation.Cli.Commands.Models;

/// <summary>The replay behind the gate of a promotion: files of history, else what the database recorded, under the active rules.</summary>
/// <param name="parse">For <c>--database</c> and <c>--rules</c>.</param>
/// <param name="load">Reads rules.</param>
/// <param name="files">Folders or files of history; empty = the database's.</param>
internal sealed class ReplayOfPromotion(ParseResult parse, Func<ConfigurationRequest, ConfigurationLoad> load, string[] files) : IPromotionReplay
{
    /// <inheritdoc/>
    public async Task<PromotionReplay> RunAsync(ModelEntry? champion, ModelEntry candidate, IReadOnlyList<string> slices, CancellationToken cancellation)
    {
        if (await RulesAsync(cancellation) is not { } rules) return PromotionReplay.None("the rules have problems; see 'escalation rules check'");
        var registry = ModelRegistry.Open(parse.GetValue(CommandOptions.Models)?.FullName);
        var names = new List<string> { PromotionGate.ChampionArm, PromotionGate.CandidateArm };
        var configurations = candidate.Target == TeamModel.Target
            ? OfTeams(rules, InForce(registry, FrustrationModel.Target, e => e.Load()), champion, candidate)
            : OfFrustration(rules, InForce(registry, TeamModel.Target, e => e.LoadTeam()), champion, candidate);
        if (champion is null && candidate.Target != TeamModel.Target)
        {
            names.RemoveAt(0);
            configurations.RemoveAt(0);
        }
        var arms = AnalyzerSharing.Share([.. configurations.Select(c => c.Timeless())]).Select((c, i) => new ReplayArm(names[i], c)).ToList();
        var learned = new LearnedMessages(candidate, champion);
        return await Task.Run(() => files.Length > 0 ? OfFiles(arms, slices, learned, cancellation) : OfDatabase(arms, slices, learned, cancellation), cancellation);
    }

    private static List<Configuration> OfFrustration(IRuleSet rules, ITeamModel? team, ModelEntry? champion, ModelEntry candidate) =>
        [new Configuration(rules, champion?.Load(), team), new Configuration(rules, candidate.Load(), team)];

    /// <remarks>Without a champion the rules route alone, and that is what a first team model is held against.</remarks>
    private static List<Configuration> OfTeams(IRuleSet rules, IFrustrationModel? frustration, ModelEntry? champion, ModelEntry candidate) =>
        [new Configuration(rules, frustration, champion?.LoadTeam()), new Configuration(rules, frustration, candidate.LoadTeam())];

    /// <summary>The champion of the other target, which both arms share; null where there is none that can be read.</summary>
    private static TModel? InForce<TModel>(ModelRegistry registry, string target, Func<ModelEntry, TModel> load) where TModel : class
    {
        try
        {
            return registry.Choose(target).Entry is { } entry ? load(entry) : null;
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private PromotionReplay OfFiles(IReadOnlyList<ReplayArm> arms, IReadOnlyList<string> slices, LearnedMessages learned, CancellationToken cancellation)
    {
        var source = HistorySource.Open(files, new HistoryReadOptions(), out var missing);
        if (source is null) return PromotionReplay.None(missing!.ToString());
        source.Summary.OnRejected = problem => Console.Error.WriteLine(problem);
        var progress = new ReplayProgress("records", () => source.TotalLines);
        using var result = ReplayEngine.Run(arms, learned.Seen(source.Read(cancellation)), new ReplayOptions { Slices = slices, OnProgress = progress.Report }, cancellation);
        progress.End();
        return Answer(result, string.Join(", ", files), learned);
    }

    private PromotionReplay OfDatabase(IReadOnlyList<ReplayArm> arms, IReadOnlyList<string> slices, LearnedMessages learned, CancellationToken cancellation)
    {
        var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
        if (!File.Exists(database.Place)) return PromotionReplay.None("no history is named with --history, and there is no database");
        using var result = ReplayEngine.Run(arms, learned.Seen(new HistoryStore(database).StreamAsync(null, cancellation).ToBlockingEnumerable(cancellation)), new ReplayOptions { Slices = slices }, cancellation);
        database.Release();
        return result.Arms[0].Messages == 0 ? PromotionReplay.None($"{database.Place} holds no customer's message; name a history with --history") : Answer(result, database.Place, learned);
    }

    private static PromotionReplay Answer(ReplayResult result, string what, LearnedMessages learned) => new(
        result.GateArms, result.GateDifferences,
        $"replay of {what}: {Counted.Of(result.Arms[0].Messages, "customer message")} under rules {result.Arms[0].Arm.Configuration.Rules.Version.Short}, {Counted.Of(result.Labels, "label")}{learned.Words}", null);

    /// <summary>The rules named; without a name those that the database has active; without a database those of the working folder, else the embedded ones.</summary>
    private async Task<IRuleSet?> RulesAsync(CancellationToken cancellation)
    {
        var named = parse.GetValue(CommandOptions.Rules)?.FullName;
        IRuleSet? active = null;
        if (named is null && File.Exists(EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database)).Place))
            await RulesDatabase.WithAsync(parse, async database =>
            {
                var versions = new RuleVersions(database);
                if (await versions.InForceAsync(cancellation) is { } inForce) active = (await versions.LoadAsync(inForce.Rules, cancellation))?.RuleSet;
                return ExitCode.Done;
            }, cancellation);
        if (active is not null) return active;
        var loaded = load(new ConfigurationRequest(named, parse.GetValue(CommandOptions.Models)?.FullName));
        if (loaded.Configuration is null)
            foreach (var problem in loaded.Problems) await Console.Error.WriteLineAsync(problem);
        return loaded.Configuration?.Rules;
    }
}
