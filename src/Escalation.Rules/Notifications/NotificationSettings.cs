using Escalation.Core.Metrics;

namespace Escalation.Rules.Notifications;

/// <summary>How a channel speaks.</summary>
public enum NotificationChannelKind
{
    /// <summary>Mail by SMTP.</summary>
    Smtp,

    /// <summary>JSON to any address, signed.</summary>
    Webhook,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack,

    /// <summary>A workflow webhook of Microsoft Teams.</summary>
    Teams,

    /// <summary>The help desk that tickets come from: an escalation is written back to its ticket.</summary>
    HelpDesk,
}

/// <summary>How a connection to a mail server is secured.</summary>
public enum MailSecurity
{
    /// <summary>Not at all: only for a server on this machine.</summary>
    None,

    /// <summary>It begins in the clear and must change to TLS.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,
}

/// <summary>Where a secret stands: never in the settings themselves.</summary>
/// <param name="Environment">An environment variable; null where a file holds it.</param>
/// <param name="File">A file; null where an environment variable holds it.</param>
public sealed record SecretSource(string? Environment, string? File)
{
    /// <summary>The secret without the white space around it, or why it cannot be had. Read again at every use, so that it can be changed while the service runs.</summary>
    public (string? Value, string? Problem) Read()
    {
        if (Environment is not null)
            return System.Environment.GetEnvironmentVariable(Environment)?.Trim() is { Length: > 0 } value ? (value, null) : (null, $"the environment variable {Environment} is not set; set it where the service is started");
        try
        {
            var text = System.IO.File.ReadAllText(File!).Trim();
            return text.Length > 0 ? (text, null) : (null, $"the file {File} is empty; write the secret into it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"the file {File} cannot be read ({exception.Message}); it must hold the secret, and this user must be able to read it");
        }
    }
}

/// <summary>One channel of notifications.json.</summary>
public sealed record NotificationChannel
{
    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>How it speaks.</summary>
    public required NotificationChannelKind Kind { get; init; }

    /// <summary>SMTP: the server.</summary>
    public string Host { get; init; } = "";

    /// <summary>SMTP: the port, 1 to 65535.</summary>
    public int Port { get; init; } = 587;

    /// <summary>SMTP: how the connection is secured.</summary>
    public MailSecurity Security { get; init; } = MailSecurity.StartTls;

    /// <summary>SMTP: the account; null = no login.</summary>
    public string? User { get; init; }

    /// <summary>SMTP: the account's password; set where <see cref="User"/> is.</summary>
    public SecretSource? Password { get; init; }

    /// <summary>SMTP: the sender, an address with or without a name.</summary>
    public string From { get; init; } = "";

    /// <summary>Webhooks: the address, where it may stand in the file.</summary>
    public string? Url { get; init; }

    /// <summary>Webhooks: where the address stands; set where <see cref="Url"/> is not.</summary>
    public SecretSource? UrlSecret { get; init; }

    /// <summary>Signed webhooks: the key of the signature.</summary>
    public SecretSource? Secret { get; init; }

    /// <summary>Help desks: what is written back, and where to; null for the others.</summary>
    public HelpDeskTarget? HelpDesk { get; init; }

    /// <summary>A try that takes longer has failed; 1 to 300 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary>Tries at the same time, 1 to 32.</summary>
    public int Parallel { get; init; } = 4;
}

/// <summary>Who is told of what, and where.</summary>
/// <param name="Channel">A channel of the file.</param>
/// <param name="To">A mail address; empty for channels that lead to one place.</param>
/// <param name="Teams">Only of what is for these teams; empty = of everything, also of what is for no team.</param>
/// <param name="Steps">Only of these kinds of notices; empty = of all.</param>
public sealed record NotificationRecipient(string Channel, string To, IReadOnlyList<string> Teams, IReadOnlyList<string> Steps)
{
    /// <summary>The calendar in whose hours the recipient is told; null = at any hour.</summary>
    public string? Hours { get; init; }

    /// <summary>Bands, by their written names, that get through at any hour.</summary>
    public IReadOnlyList<string> Always { get; init; } = [];

    /// <summary>After so many messages in an hour what comes is sent together; null = no cap.</summary>
    public int? MostPerHour { get; init; }

    /// <summary>Whether a notice concerns this recipient.</summary>
    /// <param name="step">The kind of notice, for example <c>episode_opened</c>.</param>
    /// <param name="team">The team that it is for; null where it is for none.</param>
    public bool Wants(string step, string? team) =>
        (Steps.Count == 0 || Steps.Contains(step)) && (Teams.Count == 0 || (team is not null && Teams.Contains(team)));
}

/// <summary>When many notifications about the same problem go out together.</summary>
/// <param name="After">So many are sent one by one first, 1 to 1000.</param>
/// <param name="WindowMinutes">Within so long.</param>
/// <param name="DigestMinutes">What is held goes out so long after the first of it.</param>
public sealed record StormSettings(int After = 3, double WindowMinutes = 10, double DigestMinutes = 5);

/// <summary>What a notice is about.</summary>
public enum NoticeSubject
{
    /// <summary>An escalation.</summary>
    Episode,

    /// <summary>A rule.</summary>
    Rule,

    /// <summary>A source of messages.</summary>
    Channel,

    /// <summary>The figures of a week.</summary>
    Week,
}

/// <summary>notifications.json: channels and recipients. It decides nothing, and is no part of a rule set's version.</summary>
/// <remarks>Immutable.</remarks>
public sealed record NotificationSettings
{
    /// <summary>Name of the file in a rules folder.</summary>
    public const string Path = "notifications.json";

    /// <summary>The kind of notice with the figures of a week.</summary>
    public const string WeeklyStep = "weekly_digest";

    /// <summary>What each kind of notice is about. Another kind is told to nobody and waits in the outbox, as an error that is shown.</summary>
    public static readonly IReadOnlyDictionary<string, NoticeSubject> Subjects = new Dictionary<string, NoticeSubject>(StringComparer.Ordinal)
    {
        ["episode_opened"] = NoticeSubject.Episode,
        ["episode_raised"] = NoticeSubject.Episode,
        ["episode_reopened"] = NoticeSubject.Episode,
        ["sla_warning"] = NoticeSubject.Episode,
        ["sla_breached"] = NoticeSubject.Episode,
        ["sla_unacknowledged"] = NoticeSubject.Episode,
        ["rule_quarantined"] = NoticeSubject.Rule,
        ["must_escalate_failed"] = NoticeSubject.Rule,
        ["channel_silent"] = NoticeSubject.Channel,
        ["channel_works_again"] = NoticeSubject.Channel,
        [WeeklyStep] = NoticeSubject.Week,
    };

    /// <summary>Kinds of notices that there are.</summary>
    public static readonly IReadOnlyList<string> Steps = [.. Subjects.Keys];

    /// <summary>Channels in file order.</summary>
    public required IReadOnlyList<NotificationChannel> Channels { get; init; }

    /// <summary>Recipients in file order.</summary>
    public required IReadOnlyList<NotificationRecipient> Recipients { get; init; }

    /// <summary>Where people reach this service, for links in messages, without a slash at the end; null = no links.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Hours after which a notification that cannot be sent is given up; 1 to 168.</summary>
    public double GiveUpAfterHours { get; init; } = 24;

    /// <summary>Storms.</summary>
    public StormSettings Storm { get; init; } = new();

    /// <summary>Pages that a team gets on a day of its calendar, by team; what is over goes out together. A team that is not named has no budget.</summary>
    public IReadOnlyDictionary<string, int> PagesPerDay { get; init; } = new Dictionary<string, int>();

    /// <summary>When a source that nothing comes from is called silent.</summary>
    public SilenceRules Silence { get; init; } = new();

    /// <summary>When the figures of a week are told; null = never.</summary>
    public WeeklySettings? Weekly { get; init; }

    /// <summary>A channel by name; null where there is none.</summary>
    public NotificationChannel? Channel(string name) => Channels.FirstOrDefault(c => c.Name == name);
}
