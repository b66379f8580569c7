using Escalation.Core.Decisions;
using Escalation.Rules.Notifications;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>A team's pages of a day, and what came after they were used up.</summary>
/// <param name="Team">The team.</param>
/// <param name="Most">Pages that it gets on a day.</param>
/// <param name="Told">Notices of today that were pages, to however many people.</param>
/// <param name="Held">Notices of today that went, or will go, out together instead.</param>
public sealed record PageBudgetStanding(string Team, int Most, long Told, long Held)
{
    /// <summary>Whether nothing more is paged today, but for bands that always get through.</summary>
    public bool IsUsedUp => Told >= Most;
}

/// <summary>The daily budgets of pages of notifications.json. A day is one of the team's calendar, from midnight to midnight of its time zone.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PageBudget(NotificationSettings settings, Func<IRuleSet> rules)
{
    private const string Prefix = "budget/";
    private readonly string[] silent = [.. settings.Channels.Where(c => c.HelpDesk is not null).Select(c => c.Name)];

    /// <summary>The group of what is held because a team's pages are used up.</summary>
    public static string GroupOf(string team) => Prefix + team;

    /// <summary>Whether a group is such a one.</summary>
    public static bool IsGroup(string group) => group.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The budget of a team that is used up; null where it is not, or where there is none.</summary>
    /// <param name="transaction">Knows what was written down before.</param>
    /// <param name="record">A notification to the team: other recipients of the same notice make it no other page.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<int?> UsedUpAsync(WriteTransaction transaction, NotificationRecord record, Instant now, CancellationToken cancellation)
    {
        if (record.Team is not { } team || !settings.PagesPerDay.TryGetValue(team, out var most) || NotificationSettings.Subjects.GetValueOrDefault(record.Kind) != NoticeSubject.Episode) return null;
        return await NotificationStore.PagesAsync(transaction, team, DayOf(team, now), record.OutboxKey, silent, cancellation) >= most ? most : null;
    }

    /// <summary>How the budgets stand, by team.</summary>
    public async Task<IReadOnlyList<PageBudgetStanding>> StandingAsync(NotificationStore store, Instant now, CancellationToken cancellation)
    {
        var standing = new List<PageBudgetStanding>();
        foreach (var (team, most) in settings.PagesPerDay)
        {
            var (told, held) = await store.PagesAsync(team, DayOf(team, now), GroupOf(team), silent, cancellation);
            standing.Add(new PageBudgetStanding(team, most, told, held));
        }
        return standing;
    }

    private Instant DayOf(string team, Instant now)
    {
        var current = rules();
        var zone = current.Calendars.GetValueOrDefault(current.Teams.Find(team)?.Calendar ?? current.Policy.DefaultCalendar)?.Zone ?? DateTimeZone.Utc;
        return zone.AtStartOfDay(now.InZone(zone).Date).ToInstant();
    }
}
