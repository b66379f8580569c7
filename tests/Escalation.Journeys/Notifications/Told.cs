using System.Text;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>Settings of notifications, and waiting for what becomes of them.</summary>
internal static class Told
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Every message escalates, to the team desk.</summary>
    public static readonly string Every = SmallRules.Rule("every", "contacts.Last7d > 0");

    /// <summary>A channel of mail to a server on this machine.</summary>
    public static string Mail(int port, string more = "") => $$"""{"kind":"smtp","host":"127.0.0.1","port":{{port}},"security":"none","from":"Escalation <escalation@desk.example>"{{more}}}""";

    /// <summary>A signed webhook whose key stands in a file.</summary>
    public static string Hook(string url, string secretFile) => $$$"""{"kind":"webhook","url":"{{{url}}}","secret":{"file":"{{{secretFile}}}"}}""";

    /// <summary>A chat whose address stands in a file.</summary>
    public static string Chat(string kind, string urlFile) => $$$"""{"kind":"{{{kind}}}","url":{"file":"{{{urlFile}}}"}}""";

    /// <summary>Rules under which every message escalates, with these settings.</summary>
    public static RuleFiles Files(string channels, string recipients, string more = "") =>
        SmallRules.Files("", Every).With("notifications.json", Encoding.UTF8.GetBytes($$"""{"channels":{{{channels}}},"recipients":[{{recipients}}]{{more}}}"""));

    /// <summary>As <see cref="Files"/>, loaded.</summary>
    public static RuleSet Rules(string channels, string recipients, string more = "") => SmallRules.Loaded(Files(channels, recipients, more));

    /// <summary>Every message escalates, and one person hears of it by mail.</summary>
    public static RuleSet ByMail(int port, string more = "") => Rules($"\"mail\":{Mail(port, more)}", """{"channel":"mail","to":"duty@desk.example"}""");

    /// <summary>Waits until all notifications stand as they should, so many of them.</summary>
    public static Task<IReadOnlyList<NotificationRecord>> StandAsync(this RunningService running, int count, Func<NotificationRecord, bool> holds) =>
        running.StandTogetherAsync(count, all => all.All(holds));

    /// <summary>As <see cref="StandAsync(RunningService, int, Func{NotificationRecord, bool})"/>, for what holds of all of them together.</summary>
    public static async Task<IReadOnlyList<NotificationRecord>> StandTogetherAsync(this RunningService running, int count, Func<IReadOnlyList<NotificationRecord>, bool> holds)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var all = await running.Service.Notifications.ListAsync(new NotificationQuery { Limit = count + 1 }, TestContext.Current.CancellationToken);
            if (all.Count == count && holds(all)) return all;
            Assert.True(DateTime.UtcNow < deadline, $"{all.Count} of {count}: " + string.Join('\n', all.Select(n => $"{n.Kind} {n.Recipient} {Wire.Name(n.Status)} {n.Attempts} {n.Detail}")));
            await Task.Delay(Look, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As <see cref="StandAsync(RunningService, int, Func{NotificationRecord, bool})"/>, by status.</summary>
    public static Task<IReadOnlyList<NotificationRecord>> StandAsync(this RunningService running, int count, NotificationStatus status) => running.StandAsync(count, n => n.Status == status);

    /// <summary>The results of the tries of a notification, by the API.</summary>
    public static async Task<IReadOnlyList<string>> ResultsAsync(this RunningService running, string id)
    {
        var (status, body) = await running.GetAsync("/api/v1/notifications/" + id);
        Assert.Equal(200, status);
        return [.. body.GetProperty("log").EnumerateArray().Select(a => a.GetProperty("result").GetString()!)];
    }
}
