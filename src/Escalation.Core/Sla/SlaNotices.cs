using Escalation.Core.Episodes;
using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>What is told of a service level.</summary>
public enum SlaNoticeKind
{
    /// <summary>A share of the hours is used.</summary>
    Warning,

    /// <summary>The deadline has passed.</summary>
    Breach,

    /// <summary>Nobody acknowledged: the next of the team's chain is told.</summary>
    Chain,
}

/// <summary>A notice that is due.</summary>
/// <param name="Step">Names it among the notices of its escalation, for ever: the same step is told once.</param>
/// <param name="Kind">What is told.</param>
/// <param name="Level">Of a chain: 1 is the first of the team's chain; else 0.</param>
/// <param name="To">Of a chain: the team or person; else null, which is the team that has the escalation.</param>
/// <param name="Due">Since when.</param>
public sealed record SlaNotice(string Step, SlaNoticeKind Kind, int Level, string? To, Instant Due);

/// <summary>A notice that was told.</summary>
/// <param name="Notice">It.</param>
/// <param name="FiredAt">When; later than it was due where the service was down, or where it waited for opening time.</param>
public sealed record FiredSlaNotice(SlaNotice Notice, Instant FiredAt);

/// <summary>What is to be told now, and when to look again.</summary>
/// <param name="Due">Notices to tell now, the most pressing first.</param>
/// <param name="Next">The instant at which more may be due if nothing happens until then; null = not by the passing of time alone.</param>
public sealed record SlaAgenda(IReadOnlyList<SlaNotice> Due, Instant? Next);

/// <summary>Works out what is due on one service level. Pure.</summary>
/// <remarks>
/// Each promise has one warning, one breach and one chain. A warning that is late is left out once the breach is due. Steps of a chain follow one another:
/// after a night, or a service that was down, the next one comes, never all at once. Nothing that was due before <see cref="SlaQuestion.WatchedFrom"/> is told.
/// </remarks>
public static class SlaNotices
{
    /// <summary>What is due.</summary>
    public static SlaAgenda Of(SlaQuestion asked)
    {
        var (sla, policy) = (asked.Sla, asked.Policy);
        if (!asked.Episode.IsOpen) return new SlaAgenda([], null);
        var due = new List<SlaNotice>();
        Instant? next = null;
        if (Find(asked, SlaNoticeKind.Breach, 0) is null)
        {
            Weigh(sla.Deadline, SlaNoticeKind.Breach, 0, null, policy.Breach);
            var isBreached = sla.Deadline <= asked.Now;
            if (!isBreached && policy.WarnAt > 0 && Find(asked, SlaNoticeKind.Warning, 0) is null)
                Weigh(sla.At(Duration.FromMilliseconds(Math.Ceiling(policy.WarnAt * sla.Promise.Hours * 3_600_000))), SlaNoticeKind.Warning, 0, null, policy.Warning);
        }
        if (NextOfChain(asked) is var (level, to, at)) Weigh(at, SlaNoticeKind.Chain, level, to, policy.Chain);
        return new SlaAgenda(due, next);

        void Weigh(Instant? at, SlaNoticeKind kind, int level, string? to, SlaTelling telling)
        {
            if (at is not { } when || when < asked.WatchedFrom) return;
            var allowed = when <= asked.Now ? Allowed(sla, telling, asked.Now) : when;
            if (allowed <= asked.Now) due.Add(new SlaNotice(StepOf(sla, kind, level), kind, level, to, when));
            else if (next is null || allowed < next) next = allowed;
        }
    }

    /// <summary>The next level that hears of it while nobody acknowledged, and when.</summary>
    private static (int Level, string To, Instant At)? NextOfChain(SlaQuestion asked)
    {
        var (sla, policy) = (asked.Sla, asked.Policy);
        var standing = asked.Episode.StandingAt(asked.Now);
        if (standing.Status != EpisodeStatus.Open || sla.State == SlaState.Paused || sla.Promise.From < asked.WatchedFrom) return null;
        var level = 1;
        var since = sla.Promise.From;
        for (; Find(asked, SlaNoticeKind.Chain, level) is { } told; level++) since = told.FiredAt;
        if (level > Math.Min(policy.ChainMost, asked.Chain.Count)) return null;
        if (asked.Episode.SnoozedUntil is { } woke && woke > since) since = woke;
        var wait = Duration.FromMinutes(policy.ChainMinutes);
        var at = policy.Chain == SlaTelling.Always ? since + wait : sla.At(sla.CountedUntil(since) + wait);
        return at is { } when ? (level, asked.Chain[level - 1], when) : null;
    }

    /// <summary>The first instant from now on at which it may be told.</summary>
    private static Instant Allowed(SlaTimeline sla, SlaTelling telling, Instant now) =>
        telling == SlaTelling.Always || SlaClock.IsOpen(sla.Calendar, now) ? now : SlaClock.Deadline(sla.Calendar, now, Duration.Zero);

    private static FiredSlaNotice? Find(SlaQuestion asked, SlaNoticeKind kind, int level)
    {
        var step = StepOf(asked.Sla, kind, level);
        foreach (var fired in asked.Fired)
            if (string.Equals(fired.Notice.Step, step, StringComparison.Ordinal)) return fired;
        return null;
    }

    private static string StepOf(SlaTimeline sla, SlaNoticeKind kind, int level) => FormattableString.Invariant($"{sla.Promise.From.ToUnixTimeMilliseconds()}/{Tickets.Wire.Name(kind)}/{level}");
}

/// <summary>All that what is due rests on.</summary>
/// <param name="Episode">The escalation as recorded.</param>
/// <param name="Sla">Its service level, as of <paramref name="Now"/>.</param>
/// <param name="Policy">The policy in force.</param>
/// <param name="Chain">Who is told next while nobody acknowledges, in order.</param>
/// <param name="Fired">What was told of this escalation.</param>
/// <param name="WatchedFrom">What was due before this is silent: the escalation was imported then.</param>
/// <param name="Now">Now.</param>
public sealed record SlaQuestion(Episode Episode, SlaTimeline Sla, SlaPolicy Policy, IReadOnlyList<string> Chain, IReadOnlyList<FiredSlaNotice> Fired, Instant WatchedFrom, Instant Now);
