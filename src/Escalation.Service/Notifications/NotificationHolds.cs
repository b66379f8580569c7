using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Sla;
using Escalation.Rules.Notifications;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Which notifications go out at once, and which are held back to go out together.</summary>
/// <remarks>
/// Held are: outside a recipient's hours, except for bands that always get through; once the recipient has the page of the incident, its other members; in a storm, what comes
/// after some about the same problem; what is over the team's pages of the day, except for bands that always get through; and what is over the recipient's hourly cap. Nothing that is written back to a help desk is held. Asked one after another, so that counts are exact.
/// </remarks>
internal sealed class NotificationHolds(NotificationSettings settings, Func<IRuleSet> rules)
{
    private const string OutsideHours = "hours";
    private const string OverCap = "cap";
    private static readonly Duration IncidentPage = Duration.FromHours(4);         // a longer outage is paged again
    private static readonly Duration OverBudget = Duration.FromHours(1);           // what is over the pages of a day interrupts once an hour
    private readonly PageBudget budget = new(settings, rules);

    /// <summary>The notification with the time at which it is due, alone or together with others.</summary>
    /// <param name="transaction">Knows what was written down before.</param>
    /// <param name="record">The notification.</param>
    /// <param name="recipient">Who is told.</param>
    /// <param name="notice">What the notice says of itself.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<NotificationRecord> PlaceAsync(WriteTransaction transaction, NotificationRecord record, NotificationRecipient recipient, Notice notice, Instant now, CancellationToken cancellation)
    {
        if (settings.Channel(record.Channel)?.HelpDesk is not null) return record with { NextAt = now };        // a ticket is marked in a storm too
        if (OpeningOf(recipient, notice.Band, now) is { } opening) return await HeldAsync(OutsideHours, opening, "held until the recipient's hours");
        if (notice.Incident is { } incident)
        {
            var page = "incident/" + incident;
            if (await CountAsync(page, IncidentPage) > 0) return await HeldAsync(notice.Group ?? incident, Soon(), $"a member of the incident {incident}, sent together");
            return record with { NextAt = now, GroupKey = page };
        }
        var group = notice.Group ?? "";
        if (group.Length > 0 && await CountAsync(group, Duration.FromMinutes(settings.Storm.WindowMinutes)) >= settings.Storm.After)
            return await HeldAsync(group, Soon(), $"one of many about {group}, sent together");
        if (!IsAlwaysTold(recipient, notice.Band) && await budget.UsedUpAsync(transaction, record, now, cancellation) is { } pages)
            return await HeldAsync(PageBudget.GroupOf(record.Team!), now + OverBudget, string.Create(CultureInfo.InvariantCulture, $"over today's budget of {pages} pages for {record.Team}, sent together"));
        if (recipient.MostPerHour is { } most && await CountAsync(null, Duration.FromHours(1)) >= most)
            return await HeldAsync(OverCap, Soon(), string.Create(CultureInfo.InvariantCulture, $"more than {most} in an hour, sent together"));
        return record with { NextAt = now, GroupKey = group };

        Instant Soon() => now + Duration.FromMinutes(settings.Storm.DigestMinutes);

        Task<long> CountAsync(string? of, Duration window) => NotificationStore.CountSinceAsync(transaction, record.Channel, record.Recipient, of, now - window, cancellation);

        async Task<NotificationRecord> HeldAsync(string key, Instant due, string detail) => record with
        {
            IsDigest = true,
            GroupKey = key,
            Detail = detail,
            NextAt = await NotificationStore.DigestDueAsync(transaction, record.Channel, record.Recipient, key, cancellation) is { } waiting && waiting <= due ? waiting : due,
        };
    }

    /// <summary>What a group has in common, in words; null where the team says it.</summary>
    public static string? GroupInWords(string group, string? team) => group switch
    {
        "" => null,
        OutsideHours => "while you were off",
        OverCap => "over the hourly cap",
        _ when PageBudget.IsGroup(group) => "over today's pages",
        _ => group == team ? null : group,
    };

    private static bool IsAlwaysTold(NotificationRecipient recipient, string? band) => band is not null && recipient.Always.Contains(band);

    /// <summary>When a recipient hears of a band again; null where that is now.</summary>
    public Instant? OpeningOf(NotificationRecipient recipient, string? band, Instant now)
    {
        if (recipient.Hours is not { } name || IsAlwaysTold(recipient, band) || rules().Calendars.GetValueOrDefault(name) is not { } calendar) return null;
        if (SlaClock.IsOpen(calendar, now)) return null;
        try
        {
            return SlaClock.Deadline(calendar, now, 0);
        }
        catch (CalendarClosedException)
        {
            return null;         // better told at a bad hour than never
        }
    }
}
