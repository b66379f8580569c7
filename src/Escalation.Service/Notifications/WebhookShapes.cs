using Escalation.Core.Tickets;
using Escalation.Service.Api;

namespace Escalation.Service.Notifications;

/// <summary>The bodies of webhooks.</summary>
internal static class WebhookShapes
{
    private const int MostOfSlack = 2_900;      // a section of Block Kit takes 3,000 characters

    /// <summary>Our own: every fact, and the text as people would read it.</summary>
    public static object Signed(OutgoingNotification notification)
    {
        var facts = notification.Facts;
        return new
        {
            notification.Id,
            facts.Kind,
            At = Json.Time(notification.At),
            facts.Subject,
            facts.Episode,
            facts.Ticket,
            facts.Band,
            facts.Team,
            facts.Priority,
            Deadline = Json.Time(facts.Deadline),
            facts.Reasons,
            facts.Rule,
            facts.Detail,
            facts.Url,
            Answers = facts.Answers.ToDictionary(a => Wire.Name(a.Key), a => a.Value),
            notification.Title,
            notification.Text,
        };
    }

    /// <summary>Slack's incoming webhooks: <c>text</c> for the notification, one section of mrkdwn for the message. What a customer wrote is escaped, so that it cannot mention anybody.</summary>
    public static object Slack(OutgoingNotification notification) => new
    {
        text = Escaped(notification.Title),
        blocks = new[] { new { type = "section", text = new { type = "mrkdwn", text = Cut($"*{Escaped(notification.Title)}*\n{Escaped(notification.Text)}") } } },
    };

    /// <summary>A workflow of Microsoft Teams: a message with one adaptive card. Plain runs of text, so that no markdown of a customer counts.</summary>
    public static object Teams(OutgoingNotification notification) => new
    {
        type = "message",
        attachments = new[]
        {
            new
            {
                contentType = "application/vnd.microsoft.card.adaptive",
                contentUrl = (string?)null,
                content = new Dictionary<string, object>
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                    ["type"] = "AdaptiveCard",
                    ["version"] = "1.4",
                    ["body"] = new object[] { Run(notification.Title, "Bolder") }.Concat(notification.Text.Split('\n').Where(l => l.Length > 0).Select(l => Run(l, "Default"))).ToArray(),
                },
            },
        },
    };

    private static object Run(string text, string weight) => new { type = "RichTextBlock", inlines = new[] { new { type = "TextRun", text, weight } } };

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string text) => text.Length <= MostOfSlack ? text : text[..MostOfSlack] + "…";
}
