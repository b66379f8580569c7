using System.Net.Http.Headers;
using System.Text;
using Escalation.Rules.Notifications;

namespace Escalation.Service.Notifications;

/// <summary>Writes an escalation back to its help desk: tag, priority, group and an internal note with the reasons, by the channel's own template.</summary>
/// <remarks>
/// Every try has the same <c>X-Escalation-Notification</c> and <c>Idempotency-Key</c>. Setting a tag, a priority or a group twice changes nothing; a note stands there twice
/// only where the process was killed between the help desk's answer and our record of it, and carries the same id.
/// </remarks>
internal sealed class HelpDeskNotifier : INotifier, IDisposable
{
    private readonly HttpClient client = WebhookNotifier.NewClient();

    public async Task<SendOutcome> SendAsync(NotificationChannel channel, OutgoingNotification notification, CancellationToken cancellation)
    {
        var desk = channel.HelpDesk!;
        if (!desk.IsOf(notification.Facts.Ticket)) return new SendOutcome(SendResult.Refused, $"{notification.Facts.Ticket ?? notification.Facts.Subject} is no ticket of {desk.Source}");
        var (authorization, missing) = desk.Authorization?.Read() ?? (null, null);
        if (missing is not null) return new SendOutcome(SendResult.Failed, missing);
        var values = ValuesOf(notification, desk);
        var escaped = values.ToDictionary(v => v.Key, v => v.Value is string text ? Uri.EscapeDataString(text) : v.Value, StringComparer.Ordinal);
        if (!Uri.TryCreate(desk.Url(escaped), UriKind.Absolute, out var address)) return new SendOutcome(SendResult.Refused, $"the address of channel {channel.Name} came out as none: {desk.Url(escaped)}");

        using var request = new HttpRequestMessage(new HttpMethod(desk.Method), address) { Content = new ByteArrayContent(desk.Body.Render(values)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("X-Escalation-Notification", notification.Id);
        request.Headers.Add("Idempotency-Key", notification.Id);
        if (authorization is not null && !request.Headers.TryAddWithoutValidation("Authorization", authorization)) return new SendOutcome(SendResult.Refused, "\"authorization\" can be no header; it is for example Bearer TOKEN");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return await WebhookNotifier.OutcomeOf(response, cancellation);
    }

    public void Dispose() => client.Dispose();

    private static Dictionary<string, object?> ValuesOf(OutgoingNotification notification, HelpDeskTarget desk)
    {
        var facts = notification.Facts;
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["id"] = notification.Id,
            ["step"] = facts.Kind,
            ["ticket"] = facts.Ticket,
            ["number"] = desk.NumberOf(facts.Ticket!),
            ["source"] = desk.Source,
            ["episode"] = facts.Episode,
            ["band"] = facts.Band,
            ["tag"] = facts.Band is { } band ? "escalation-" + band[..band.IndexOf('_', StringComparison.Ordinal)] : "escalation",
            ["priority"] = facts.Priority,
            ["team"] = facts.TeamName,
            ["team_id"] = facts.Team,
            ["help_desk_group"] = facts.HelpDeskGroup,
            ["reasons"] = facts.Reasons.ToArray(),
            ["title"] = notification.Title,
            ["note"] = NoteOf(notification),
            ["url"] = facts.Url,
        };
    }

    /// <summary>What people of the help desk read; the customer's own words stand on the ticket already.</summary>
    private static string NoteOf(OutgoingNotification notification)
    {
        var note = new StringBuilder("Escalation recommends: ").Append(notification.Title).Append('\n');
        foreach (var reason in notification.Facts.Reasons) note.Append("- ").Append(reason).Append('\n');
        if (notification.Facts.Url is { } url) note.Append(url).Append('\n');
        return note.Append('(').Append(notification.Id).Append(')').ToString();
    }
}
