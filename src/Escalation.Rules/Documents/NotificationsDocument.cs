using System.Net.Mail;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using NodaTime;

namespace Escalation.Rules.Documents;

/// <summary>Reads notifications.json: who is told of what, and by which channel.</summary>
internal static class NotificationsDocument
{
    /// <summary>The settings of a file; what is wrong is among the problems.</summary>
    public static NotificationSettings? Parse(DocumentNode root, TeamDirectory teams, IReadOnlyCollection<string> calendars, ProblemList problems)
    {
        if (ObjectReader.Of(root, problems, null) is not { } file) return null;
        var publicUrl = file.String("publicUrl");
        if (publicUrl is not null && !IsHttp(publicUrl)) file.Error(file.Node.Find("publicUrl")!.Place, $"\"publicUrl\" is no http or https address; write for example https://escalation.example.com");
        var giveUp = file.Number("giveUpAfterHours", 1, 168);
        var channels = new List<NotificationChannel>();
        foreach (var (name, place, value) in file.Object("channels", required: true)?.Entries() ?? [])
        {
            if (!Names.IsSlug(name)) problems.Error(place, name, "a channel's name is made of small letters, digits, _ and -, for example \"mail\"");
            if (ObjectReader.Of(value, problems, name) is { } reader && ReadChannel(name, reader) is { } channel) channels.Add(channel);
        }
        var recipients = new List<NotificationRecipient>();
        foreach (var asked in file.Items("recipients", required: true))
            if (ObjectReader.Of(asked, problems, null) is { } reader && ReadRecipient(reader, channels, file, teams, calendars) is { } recipient) recipients.Add(recipient);
        var storm = ReadStorm(file.Object("storm"));
        var silence = ReadSilence(file.Object("silence"));
        var weekly = ReadWeekly(file.Object("weekly"));
        var budgets = new Dictionary<string, int>(StringComparer.Ordinal);
        var pages = file.Object("pagesPerDay");
        foreach (var (team, place, _) in pages?.Entries() ?? [])
        {
            if (teams.Find(team) is null) pages!.Error(place, $"teams.json has no team \"{team}\"{Suggestion.For(team, teams.Teams.Select(t => t.Id))}");
            if (pages!.Integer(team, 0, 100_000) is { } most) budgets[team] = most;
        }
        file.Done();
        return new NotificationSettings { Channels = channels, Recipients = recipients, PublicUrl = publicUrl?.TrimEnd('/'), GiveUpAfterHours = giveUp ?? 24, Storm = storm, PagesPerDay = budgets, Silence = silence, Weekly = weekly };
    }

    private static StormSettings ReadStorm(ObjectReader? reader)
    {
        var usual = new StormSettings();
        if (reader is null) return usual;
        var storm = new StormSettings(reader.Integer("after", 1, 1000) ?? usual.After, reader.Number("windowMinutes", .01, 1440) ?? usual.WindowMinutes, reader.Number("digestMinutes", .01, 1440) ?? usual.DigestMinutes);
        reader.Done();
        return storm;
    }

    private static SilenceRules ReadSilence(ObjectReader? reader)
    {
        var usual = new SilenceRules();
        if (reader is null) return usual;
        var silence = new SilenceRules(reader.Number("afterHours", .25, 168) ?? usual.AfterHours, reader.Number("below", 1e-12, .01) ?? usual.Below, reader.Integer("weeks", 2, 12) ?? usual.Weeks) { Except = reader.Strings("except") };
        reader.Done();
        return silence;
    }

    private static WeeklySettings? ReadWeekly(ObjectReader? reader)
    {
        if (reader is null) return null;
        var usual = new WeeklySettings();
        var zone = reader.String("timeZone");
        if (zone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) reader.Error(reader.Node.Find("timeZone")!.Place, $"there is no time zone \"{zone}\"; write a name of the IANA database, for example \"Europe/Berlin\"");
        var day = reader.Enum<Weekday>("day") is { } named ? (IsoDayOfWeek)(named + 1) : usual.Day;
        var weekly = new WeeklySettings(day, reader.Integer("hour", 0, 23) ?? usual.Hour, zone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone));
        reader.Done();
        return weekly;
    }

    private static NotificationChannel? ReadChannel(string name, ObjectReader reader)
    {
        var kind = reader.Enum<NotificationChannelKind>("kind", required: true);
        var (timeout, parallel) = (reader.Integer("timeoutSeconds", 1, 300) ?? 30, reader.Integer("parallel", 1, 32) ?? 4);
        var channel = kind switch
        {
            null => null,
            NotificationChannelKind.Smtp => ReadSmtp(name, reader),
            NotificationChannelKind.HelpDesk => ReadHelpDesk(name, reader),
            { } webhook => ReadWebhook(name, webhook, reader),
        };
        if (kind is not null) reader.Done();
        return channel is null ? null : channel with { TimeoutSeconds = timeout, Parallel = parallel };
    }

    private static NotificationChannel ReadSmtp(string name, ObjectReader reader)
    {
        var channel = new NotificationChannel
        {
            Name = name,
            Kind = NotificationChannelKind.Smtp,
            Host = reader.String("host", required: true) ?? "",
            Port = reader.Integer("port", 1, 65535) ?? 587,
            Security = reader.Enum<MailSecurity>("security") ?? MailSecurity.StartTls,
            User = reader.String("user"),
            Password = SecretReader.Read(reader, "password", required: false),
            From = reader.String("from", required: true) ?? "",
        };
        if (channel.From.Length > 0 && !MailAddress.TryCreate(channel.From, out _)) reader.Error(reader.Node.Find("from")!.Place, "\"from\" is no mail address; write for example \"Escalation <escalation@example.com>\"");
        if (channel.User is not null && channel.Password is null && reader.Node.Find("password") is null) reader.Error(reader.Node.Find("user")!.Place, "\"user\" has no \"password\"; add \"password\": {\"env\": \"NAME\"} or {\"file\": \"PATH\"}");
        if (channel.Security == MailSecurity.None && channel.User is not null && channel.Host is not ("127.0.0.1" or "localhost" or "::1"))
            reader.Error(reader.Node.Find("security")!.Place, "a password would go over the network in the clear; write \"start_tls\" or \"tls\"");
        return channel;
    }

    private static NotificationChannel ReadWebhook(string name, NotificationChannelKind kind, ObjectReader reader)
    {
        var isSigned = kind == NotificationChannelKind.Webhook;
        var channel = new NotificationChannel { Name = name, Kind = kind, Secret = isSigned ? SecretReader.Read(reader, "secret", required: true) : null };
        if (isSigned && reader.Node.Find("url") is { Kind: JsonValueKind.String })
        {
            var url = reader.String("url", required: true);
            if (url is not null && !IsHttp(url)) reader.Error(reader.Node.Find("url")!.Place, "\"url\" is no http or https address");
            return channel with { Url = url };
        }
        return channel with { UrlSecret = SecretReader.Read(reader, "url", required: true) };
    }

    private static readonly string[] Methods = ["POST", "PUT", "PATCH"];

    private static NotificationChannel? ReadHelpDesk(string name, ObjectReader reader)
    {
        var (source, method, enabled) = (reader.String("source", required: true), reader.String("method", required: true), reader.Boolean("enabled") ?? true);
        var authorization = SecretReader.Read(reader, "authorization", required: false);
        var url = reader.String("url", required: true) is null ? null : JsonTemplate.Text(reader.Node.Find("url")!, reader);
        var body = reader.Value("body", required: true);
        if (body is not null && body.Kind != JsonValueKind.Object) reader.Error(body.Place, $"\"body\" must be an object, not {body.KindName}; its texts are templates, for example {{\"ticket\": {{\"priority\": \"{{{{ priority }}}}\"}}}}");
        if (method is not null && !Methods.Contains(method)) reader.Error(reader.Node.Find("method")!.Place, $"\"method\" is \"{method}\"; write one of {string.Join(", ", Methods)}");
        if (url is not null && AddressProblem(url, authorization is not null) is { } problem) reader.Error(reader.Node.Find("url")!.Place, problem);
        var template = body is { Kind: JsonValueKind.Object } ? JsonTemplate.Of(body, reader) : null;
        if (source is null || method is null || url is null || template is null) return null;
        return new NotificationChannel
        {
            Name = name,
            Kind = NotificationChannelKind.HelpDesk,
            HelpDesk = new HelpDeskTarget { Source = source, IsEnabled = enabled, Method = method, Url = url, Body = template, Authorization = authorization },
        };
    }

    private static string? AddressProblem(Func<IReadOnlyDictionary<string, object?>, string> url, bool isSecret)
    {
        var sample = url(JsonTemplate.Names.ToDictionary(n => n, _ => (object?)"1", StringComparer.Ordinal));
        if (!IsHttp(sample)) return "\"url\" is no http or https address; write for example https://acme.zendesk.com/api/v2/tickets/{{ number }}.json";
        return isSecret && new Uri(sample) is { Scheme: "http", IsLoopback: false } ? "the authorization would go over the network in the clear; write https" : null;
    }

    private static NotificationRecipient? ReadRecipient(ObjectReader reader, List<NotificationChannel> channels, ObjectReader file, TeamDirectory teams, IReadOnlyCollection<string> calendars)
    {
        var name = reader.String("channel", required: true);
        var to = reader.String("to");
        var recipient = new NotificationRecipient(name ?? "", to ?? "", reader.Strings("teams"), reader.Strings("steps")) { Hours = reader.String("hours"), Always = reader.Strings("always"), MostPerHour = reader.Integer("mostPerHour", 1, 10_000) };
        reader.Done();
        foreach (var team in reader.Node.Find("teams")?.Items.Where(t => t.Kind == JsonValueKind.String && teams.Find(t.Text) is null) ?? [])
            reader.Error(team.Place, $"teams.json has no team \"{team.Text}\"{Suggestion.For(team.Text, teams.Teams.Select(t => t.Id))}");
        foreach (var step in reader.Node.Find("steps")?.Items.Where(s => s.Kind == JsonValueKind.String && !NotificationSettings.Steps.Contains(s.Text)) ?? [])
            reader.Error(step.Place, $"there is no step \"{step.Text}\"{Suggestion.For(step.Text, NotificationSettings.Steps)}");
        if (recipient.Hours is { } hours && !calendars.Contains(hours)) reader.Error(reader.Node.Find("hours")!.Place, $"there is no calendars/{hours}.json{Suggestion.For(hours, calendars)}");
        foreach (var band in reader.Node.Find("always")?.Items.Where(b => b.Kind == JsonValueKind.String && !Wire.TryParse<Band>(b.Text, out _)) ?? [])
            reader.Error(band.Place, $"there is no band \"{band.Text}\"{Suggestion.For(band.Text, Wire.All<Band>())}");
        if (name is null) return null;
        if (channels.Find(c => c.Name == name) is not { } channel)
        {
            var named = file.Node.Find("channels")?.Members.Select(m => m.Name).ToList() ?? [];
            if (!named.Contains(name)) reader.Error(reader.Node.Find("channel")!.Place, $"there is no channel \"{name}\" in this file{Suggestion.For(name, named)}");
            return null;
        }
        if (channel.Kind != NotificationChannelKind.Smtp) { if (to is not null) reader.Error(reader.Node.Find("to")!.Place, $"the channel \"{name}\" leads to one place; leave \"to\" out"); }
        else if (to is null) { if (reader.Node.Find("to") is null) reader.Error(reader.Node.Place, "\"to\" is missing; write the mail address"); }
        else if (!MailAddress.TryCreate(to, out _)) reader.Error(reader.Node.Find("to")!.Place, $"\"{to}\" is no mail address");
        return recipient;
    }

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
