using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Replay.Coverage;

/// <summary>Everything that is so of a ticket, known or not, and when it happens; hours from its creation.</summary>
/// <remarks>
/// Two customer messages, at 0 and at <see cref="SecondHour"/>; perhaps a person who raises it; perhaps an agent who reviews the live escalation, else perhaps
/// a blind audit; perhaps a resolution, after which the customer may come back.
/// </remarks>
internal sealed record DrawnTicket
{
    public const double RaisedHour = 16, AuditHour = 144, AuditShare = .3;
    private const double ReviewHours = 1;

    public required string Id { get; init; }

    public required string Customer { get; init; }

    public required Instant Created { get; init; }

    /// <summary>Whether an escalation was needed.</summary>
    public required bool Needed { get; init; }

    public required double SecondHour { get; init; }

    /// <summary>When each arm's word is first written; null = never before the resolution.</summary>
    public required (double? Alarm, double? Bell) Words { get; init; }

    /// <summary>Whether the text sends it to team two, by each arm's routing rule.</summary>
    public required (bool Alarm, bool Bell) ToTwo { get; init; }

    public required string RightTeam { get; init; }

    /// <summary>Hours by which the live escalation came after alarm's word.</summary>
    public required double LiveLag { get; init; }

    public required bool IsRaised { get; init; }

    public required bool IsReviewed { get; init; }

    public required bool IsAudited { get; init; }

    /// <summary>Whether who labels it names the right team.</summary>
    public required bool TellsTeam { get; init; }

    public required double? ResolvedHour { get; init; }

    /// <summary>When the customer comes back after the resolution; null = never.</summary>
    public required double? AgainHour { get; init; }

    public required (bool Alarm, bool Bell) WordsAgain { get; init; }

    /// <summary>Whether the customer writes once more after the answer.</summary>
    public required bool WritesAfterAnswer { get; init; }

    public required double ResolvedAgainHour { get; init; }

    /// <summary>When the live escalation was opened, by the machine on alarm's word or by a person.</summary>
    public double? LiveHour => IsRaised ? RaisedHour : Words.Alarm + LiveLag;

    /// <summary>When an agent or an auditor labelled it.</summary>
    public double? LabelHour => IsReviewed ? LiveHour + ReviewHours : IsAudited ? AuditHour : null;

    /// <summary>Draws a ticket of a customer of a certain temper.</summary>
    public static DrawnTicket Draw(Random random, string customer, int number, bool isAngry)
    {
        bool Chance(double share) => random.NextDouble() < share;
        double Skewed(double median) => median * Math.Exp(1.1 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        var needed = Chance(isAngry ? .4 : .2);
        var hasAlarm = Chance(needed ? isAngry ? .75 : .6 : isAngry ? .2 : .08);
        var hasBell = Chance(hasAlarm ? needed ? .85 : .5 : needed ? .45 : .05);
        var second = 2 + 28 * random.NextDouble();
        (double? alarm, double? bell) = (hasAlarm ? Chance(.7) ? 0 : second : null, hasBell ? Chance(.8) ? 0 : second : null);
        var lag = Math.Min(6, Skewed(.8));
        var isRaised = needed && !(alarm + lag < RaisedHour) && Chance(.3);
        var isReviewed = !isRaised && hasAlarm && Chance(.6);
        var isTwo = Chance(isAngry ? .5 : .3);
        double? resolved = Chance(.07) ? null : 40 + Skewed(15);
        double? again = resolved is { } at && Chance(isAngry ? .6 : .35) ? Math.Max(at, AuditHour + 24) + 300 * random.NextDouble() : null;
        return new DrawnTicket
        {
            Id = $"{customer}-{number}",
            Customer = customer,
            Created = Some.Noon + Duration.FromMilliseconds((long)(random.NextDouble() * 60 * 86_400_000)),
            Needed = needed,
            SecondHour = second,
            Words = (alarm, bell),
            ToTwo = (Chance(isTwo ? .75 : .2), Chance(isTwo ? .85 : .15)),
            RightTeam = isTwo ? "two" : "one",
            LiveLag = lag,
            IsRaised = isRaised,
            IsReviewed = isReviewed,
            IsAudited = !isRaised && !isReviewed && Chance(AuditShare),
            TellsTeam = Chance(.8),
            ResolvedHour = resolved,
            AgainHour = again,
            WordsAgain = (Chance(isAngry ? .7 : .5), Chance(isAngry ? .6 : .4)),
            WritesAfterAnswer = Chance(isAngry ? .6 : .25),
            ResolvedAgainHour = (again ?? 0) + 5 + Skewed(12),
        };
    }

    /// <summary>What a history holds of it.</summary>
    public IEnumerable<HistoryRecord> Records()
    {
        yield return Says(0, Words.Alarm == 0, Words.Bell == 0);
        yield return Says(SecondHour, Words.Alarm == SecondHour, Words.Bell == SecondHour);
        if (LiveHour is { } live) yield return Happens(EventKind.Escalated, live, IsRaised ? ActorKind.Human : ActorKind.Robot) with { EpisodeId = LiveId, Band = Band.PriorityEscalation };
        if (LabelHour is not null) yield return Label();
        if (ResolvedHour is { } resolved) yield return Happens(EventKind.Resolved, resolved, ActorKind.Robot);
        if (AgainHour is not { } again) yield break;
        yield return Says(again, WordsAgain.Alarm, WordsAgain.Bell);
        yield return Says(again + 1, false, false) with { Author = Author.Agent };
        if (WritesAfterAnswer) yield return Says(again + 2, false, false);
        yield return Happens(EventKind.Resolved, ResolvedAgainHour, ActorKind.Robot);
    }

    private string LiveId => "live " + Id;

    private Instant At(double hour) => Created + Duration.FromMilliseconds((long)(hour * 3_600_000));

    private Message Says(double hour, bool alarm, bool bell)
    {
        var text = $"Please have a look at this again {(alarm ? "alarm" : "")} {(bell ? "bell" : "")} {(ToTwo.Alarm ? "second" : "")} {(ToTwo.Bell ? "other" : "")}";
        return Some.Message(text, At(hour), Id, Customer, id: FormattableString.Invariant($"{Id}@{hour:0.000000}")) with { Language = "en" };
    }

    private TicketEvent Happens(EventKind kind, double hour, ActorKind by) => Some.Event(kind, At(hour), Id, by);

    private Label Label() => new()
    {
        Id = "label of " + Id,
        At = At(LabelHour!.Value),
        TicketId = new TicketId(Id),
        EpisodeId = IsReviewed ? new EpisodeId(LiveId) : null,
        Kind = !Needed ? LabelKind.Dismissed : LiveHour is null ? LabelKind.Missed : LabelKind.Confirmed,
        Needed = Needed,
        Reason = Needed ? null : DismissalReason.NotUrgent,
        RightTeam = TellsTeam ? RightTeam : null,
        Actor = new Actor("ann", ActorKind.Human, "one"),
        Origin = IsReviewed ? LabelOrigin.Agent : LabelOrigin.Audit,
        Audit = IsReviewed ? null : new AuditDraw("blind", "rest", AuditShare),
    };
}
