using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using Escalation.Service.Figures;
using Escalation.Service.FollowUp;
using Escalation.Service.Identity;
using Escalation.Service.Intake;
using Escalation.Service.Intake.Channels;
using Escalation.Service.Models;
using Escalation.Service.Notifications;
using Escalation.Service.Pipeline;
using Escalation.Service.RuleHealth;
using Escalation.Service.Versions;
using Escalation.Storage;
using Escalation.Trainer.Drift;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service;

/// <summary>What the service works with.</summary>
public sealed record ServiceOptions
{
    /// <summary>A <c>--database</c> value.</summary>
    public required string Database { get; init; }

    /// <summary>The rule set of the folder given: it decides in an empty database; else the database's active one does.</summary>
    public required RuleSet Rules { get; init; }

    /// <summary>A rules folder whose edits come into force while the service runs; null = none does.</summary>
    public string? Follow { get; init; }

    /// <summary>The models; the champions decide.</summary>
    public required ModelRegistry Models { get; init; }

    /// <summary>The frustration model; null = rules only.</summary>
    public IFrustrationModel? Frustration { get; init; }

    /// <summary>The team model; null = rules only.</summary>
    public ITeamModel? Team { get; init; }

    /// <summary>Why there is no frustration model, for people; null with one.</summary>
    public string? FrustrationProblem { get; init; }

    /// <summary>Addresses to listen on. Without keys only loopback is allowed.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:5080"];

    /// <summary>The channels that providers deliver to.</summary>
    public IReadOnlyList<IIntakeChannel> Channels { get; init; } = [];

    /// <summary>Share of decided messages, 0 to 1, on which RulesEngine's own evaluation is compared with the compiled rules.</summary>
    public double ReferenceShare { get; init; } = .01;

    /// <summary>Tickets of a day that were not escalated and are put before a person blindly; 0 = none.</summary>
    public int AuditsADay { get; init; } = 5;

    /// <summary>Share of the tickets that were escalated on a day, 0 to 1, that are put before a person blindly; 0 = none.</summary>
    public double BlindShare { get; init; } = .1;

    /// <summary>Makes what the compiled rules are compared with; another one only where a test must see a disagreement.</summary>
    internal Func<RuleFiles, ReferencePlane> ReferencePlane { get; init; } = Escalation.Rules.Compilation.ReferencePlane.Of;

    /// <summary>Tickets whose escalations the writer holds in memory at least, those asked for last; others are read when something happens on them.</summary>
    internal int TicketsHeld { get; init; } = 20_000;

    /// <summary>The clock, read once at the pipeline's edge.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Everything behind the endpoints and pages: the ordered writer and what reads beside it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EscalationService : IAsyncDisposable
{
    private readonly FactsCache facts;
    private readonly MetricsCache metrics;
    private readonly ModelFamiliarity familiarity;
    private ModelFollower models = null!;

    private EscalationService(ServiceOptions options, EscalationDatabase database, DecisionPipeline pipeline, FactsCache facts, RuleWatch watch)
    {
        (Options, Database, Pipeline, this.facts, Watch) = (options, database, pipeline, facts, watch);
        Episodes = new EpisodeStore(database);
        Desk = new EpisodeDesk(this);
        Mutes = new Mutes(database);
        Incidents = new Incidents(database, () => Configuration.Rules);
        Sla = new SlaReader(database);
        SlaNotices = new SlaNoticeStore(database);
        Decisions = new DecisionStore(database);
        Messages = new MessageStore(database);
        Events = new EventStore(database);
        Labels = new LabelStore(database);
        Reviews = new ReviewStore(database);
        Notifications = new NotificationStore(database);
        Quarantines = new Quarantines(database);
        Channels = new ChannelIntake(database, pipeline, options.Channels);
        People = new People(database);
        metrics = new MetricsCache(database, () => Configuration.DefaultCalendar);
        Versions = new RuleVersions(database);
        Promotion = new RulePromotion(database);
        Snoozes = new RuleSnoozes(database);
        Impact = new RuleImpact(database);
        familiarity = new ModelFamiliarity(options.Models, Messages, options.Time);
        Audit = new BlindAudit(this);
    }

    /// <summary>What it was started with.</summary>
    public ServiceOptions Options { get; }

    /// <summary>The active configuration.</summary>
    public Configuration Configuration => Pipeline.Configuration;

    /// <summary>The active rule set.</summary>
    public RuleSet Rules => (RuleSet)Configuration.Rules;

    /// <summary>The rule sets of the database.</summary>
    public RuleVersions Versions { get; }

    /// <summary>The guarded way to other rules.</summary>
    public RulePromotion Promotion { get; }

    /// <summary>Snoozes of rules.</summary>
    public RuleSnoozes Snoozes { get; }

    /// <summary>What changed rules would have done.</summary>
    public RuleImpact Impact { get; }

    /// <summary>Tickets on which a rule that must escalate failed.</summary>
    public ReviewStore Reviews { get; }

    /// <summary>The blind audit of what was not escalated, and of a share of what was.</summary>
    public BlindAudit Audit { get; }

    /// <summary>Notifications.</summary>
    public NotificationStore Notifications { get; }

    /// <summary>What people answer from a message.</summary>
    public Answers Answers { get; private set; } = null!;

    /// <summary>Sends notifications; null where no settings say to whom.</summary>
    public NotificationSender? Sender { get; private set; }

    /// <summary>Quarantined rules.</summary>
    public Quarantines Quarantines { get; }

    /// <summary>How the rules fare.</summary>
    public RuleWatch Watch { get; }

    /// <summary>What was told of service levels.</summary>
    public SlaNoticeStore SlaNotices { get; }

    /// <summary>Tells of service levels in time.</summary>
    public SlaWatch SlaWatch { get; private set; } = null!;

    /// <summary>Tells when nothing comes any more from a source.</summary>
    public SilenceWatch SilenceWatch { get; private set; } = null!;

    /// <summary>Tells of the figures of each week; null where notifications.json does not ask for it.</summary>
    public WeeklyDigest? WeeklyDigest { get; private set; }

    /// <summary>Keeps the service on the database's active rules.</summary>
    public RuleFollower Follower { get; private set; } = null!;

    /// <summary>Why the champion of the models folder does not decide; null where it does.</summary>
    public string? ModelProblem => models.Problem ?? (Configuration.Frustration is null ? Options.FrustrationProblem : null);

    /// <summary>How familiar this site's latest messages are to the frustration model in force; null without one, or with too few messages.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public Task<SiteFamiliarity?> FamiliarityAsync(CancellationToken cancellation) => familiarity.OfAsync(Configuration.Frustration?.Version, cancellation);

    /// <summary>The database.</summary>
    public EscalationDatabase Database { get; }

    /// <summary>The ordered writer.</summary>
    public DecisionPipeline Pipeline { get; }

    /// <summary>Episodes.</summary>
    public EpisodeStore Episodes { get; }

    /// <summary>Of whom nobody is told for a time.</summary>
    public Mutes Mutes { get; }

    /// <summary>What people do with escalations.</summary>
    public EpisodeDesk Desk { get; }

    /// <summary>Problems that hit many customers at once.</summary>
    public Incidents Incidents { get; }

    /// <summary>Service levels of escalations.</summary>
    public SlaReader Sla { get; }

    /// <summary>Decisions.</summary>
    public DecisionStore Decisions { get; }

    /// <summary>Messages.</summary>
    public MessageStore Messages { get; }

    /// <summary>What providers deliver.</summary>
    public ChannelIntake Channels { get; }

    /// <summary>Customers who are one person.</summary>
    public People People { get; }

    /// <summary>Mailboxes that are fetched.</summary>
    public IReadOnlyList<MailboxPoller> Mailboxes { get; private set; } = [];

    /// <summary>Ticket events.</summary>
    public EventStore Events { get; }

    /// <summary>Labels.</summary>
    public LabelStore Labels { get; }

    /// <summary>Now, by the service's clock, cut to milliseconds.</summary>
    public Instant Now => Options.Time.Now();

    /// <summary>Migrates and claims the database, warms up, and starts the ordered writer.</summary>
    /// <exception cref="StorageException">The database cannot be used; the message says why and the way out.</exception>
    public static async Task<EscalationService> StartAsync(ServiceOptions options, ILogger logger, CancellationToken cancellation)
    {
        var database = EscalationDatabase.At(options.Database);
        await database.MigrateAsync(options.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancellation);
        var versions = new RuleVersions(database);
        var erasures = await versions.ErasuresAsync(cancellation);
        var (configuration, activation) = await StartingRules.ChooseAsync(versions, options, logger, cancellation);
        var facts = new FactsCache();
        var watch = new RuleWatch(options, options.Time.Now(), logger);
        var pipeline = await DecisionPipeline.StartAsync(database, configuration, options.Time, facts, watch, options.TicketsHeld, logger, cancellation);
        var service = new EscalationService(options, database, pipeline, facts, watch);
        var links = await AnswerLinksOf(database, cancellation);
        service.Answers = new Answers(service, links);
        if (options.Rules.Notifications is { } settings)
        {
            service.Sender = await NotificationSender.StartAsync(database, settings, options.Rules.Templates, () => pipeline.Configuration.Rules, links, options.Time, logger, cancellation);
            pipeline.Noticed = service.Sender.Wake;
        }
        service.models = new ModelFollower(options.Models, service.Versions, pipeline, options.Time, logger);
        service.SlaWatch = SlaWatch.Start(database, pipeline, service.Sla, options.Time, logger);
        service.SilenceWatch = SilenceWatch.Start(database, pipeline, options.Rules.Notifications?.Silence ?? new(), options.Time, logger);
        if (options.Rules.Notifications?.Weekly is { } weekly) service.WeeklyDigest = WeeklyDigest.Start(database, pipeline, weekly, options.Time, logger);
        service.Follower = RuleFollower.Start(service.Versions, pipeline, service.models, activation.Number, erasures, options.Follow, options.Time, logger);
        var positions = new MailboxStore(database);
        service.Mailboxes = [.. options.Channels.OfType<MailChannel>().Select(c => MailboxPoller.Start(c, service.Channels, positions, options.Time, logger))];
        return service;
    }

    private static async Task<AnswerLinks> AnswerLinksOf(EscalationDatabase database, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(cancellation);
        var links = new AnswerLinks(await SettingStore.AnswerKeyAsync(transaction, cancellation));
        await transaction.CommitAsync(cancellation);
        return links;
    }

    /// <summary>How the daily budgets of pages stand; empty without any.</summary>
    public async Task<IReadOnlyList<PageBudgetStanding>> PageBudgetsAsync(CancellationToken cancellation) => Options.Rules.Notifications is { PagesPerDay.Count: > 0 } settings
        ? await new PageBudget(settings, () => Configuration.Rules).StandingAsync(Notifications, Now, cancellation) : [];

    /// <summary>The figures of all that was recorded.</summary>
    public Task<RecordedMetrics> MetricsAsync(CancellationToken cancellation) => metrics.AllAsync(Now, Pipeline.LastReceived, cancellation);

    /// <summary>Derives and decides one text on its own: no history, no customer, nothing recorded.</summary>
    public (DerivedFacts Facts, Decision Decision, Configuration Configuration) Analyze(string text)
    {
        var now = Now;
        var message = new Message
        {
            Id = "analyze",
            Source = "analyze",
            ExternalId = "analyze",
            TicketId = new TicketId("analyze"),
            CustomerId = CustomerId.Unknown,
            Channel = Channel.Api,
            Author = Author.Customer,
            At = now,
            ReceivedAt = now,
            Text = text,
        };
        var observed = new ObservedFacts
        {
            Message = new ObservedMessage(message),
            DecidedAt = now,
            Ticket = new TicketAsOf { Id = message.TicketId, CreatedAt = now },
            Customer = CustomerAsOf.Unknown,
            Recent = [],
        };
        var configuration = Configuration;      // rules and models may change in between
        var derived = Derivation.Derive(observed, new IncidentHistory(configuration.Policy.Incident), configuration);
        return (derived, DecisionEngine.Decide(derived, configuration), configuration);
    }

    /// <summary>Follows a person's order on who a customer is, from the next message on; the last message of each open ticket of theirs is decided again.</summary>
    /// <returns>Why it cannot be followed, and the field at fault; null where it was.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    /// <exception cref="PipelineException">The service is ending.</exception>
    public async Task<(string Field, string Message)?> LinkAsync(LinkOrder order, CancellationToken cancellation)
    {
        var now = Now;
        if (await People.RefusalAsync(order, now, cancellation) is { } refused) return refused;
        var record = People.ToRecord(order, now);
        await Pipeline.SubmitAsync(new IntakeItem(record, BodyHash.Of(record), Order: new IntakeOrder(order.Actor.Trim(), order.Reason.Trim())), cancellation);
        return null;
    }

    /// <summary>Records that somebody looked at a ticket of the review list.</summary>
    /// <returns>False, and nothing done, where it does not wait, or failed more often than <paramref name="failures"/> says.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<bool> LookAtReviewAsync(string id, string actor, string finding, int? failures, CancellationToken cancellation)
    {
        await using var transaction = await Database.BeginAsync(cancellation);
        if (!await ReviewStore.LookAsync(transaction, id, new ReviewLook(Now, actor, finding), failures, cancellation)) return false;
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>The facts of a recorded decision: kept where it is recent, else derived again from everything recorded before it.</summary>
    /// <returns>Null where the decision was made by another configuration, whose rules are not loaded.</returns>
    public async Task<DerivedFacts?> FactsOfAsync(DecisionRecord record, CancellationToken cancellation)
    {
        if (record.Decision.Configuration != Configuration.At(record.DecidedAt).Id) return null;
        return facts.Find(record.Id) ?? await LiveState.FactsAsync(Database, Configuration, record, cancellation);
    }

    /// <summary>Ends the ordered writer: what is queued is finished first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var mailbox in Mailboxes) await mailbox.DisposeAsync();
        await Follower.DisposeAsync();
        await SlaWatch.DisposeAsync();
        await SilenceWatch.DisposeAsync();
        if (WeeklyDigest is not null) await WeeklyDigest.DisposeAsync();
        if (Sender is not null) await Sender.DisposeAsync();
        await Pipeline.DisposeAsync();
        await Watch.DisposeAsync();
        metrics.Dispose();
        await Impact.DisposeAsync();
    }
}
