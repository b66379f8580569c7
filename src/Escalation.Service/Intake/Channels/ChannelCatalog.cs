using Escalation.History.HelpDesks;
using Escalation.Rules.Channels;

namespace Escalation.Service.Intake.Channels;

/// <summary>The kinds of channels, and the channels of a file.</summary>
public static class ChannelCatalog
{
    /// <summary>The channels of a channels.json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Everything that is wrong, each with its place; then there is no channel.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<IIntakeChannel> Load(string path, out IReadOnlyList<string> problems)
    {
        var wrong = new List<string>();
        var settings = ChannelsDocument.Read(path, out var inFile);
        wrong.AddRange(inFile.Select(p => p.ToString()));
        var channels = new List<IIntakeChannel>();
        foreach (var one in settings)
        {
            if (Create(one, out var ofMap) is { } channel) channels.Add(channel);
            wrong.AddRange(ofMap);
        }
        problems = wrong;
        return wrong.Count == 0 ? channels : [];
    }

    private static IIntakeChannel? Create(ChannelSettings settings, out IReadOnlyList<string> problems)
    {
        problems = [];
        switch (settings.Kind)
        {
            case ChannelKind.Zendesk: return new WebhookChannel(settings, SignatureScheme.Zendesk, ZendeskEvents.Read);
            case ChannelKind.Zammad: return new WebhookChannel(settings, SignatureScheme.Zammad, ZammadWebhook.Read, ZammadWebhook.SignedTime);
            case ChannelKind.Chatwoot: return new WebhookChannel(settings, SignatureScheme.Chatwoot, ChatwootWebhook.Read);
            case ChannelKind.Chat: return new WebhookChannel(settings, SignatureScheme.Own, OwnDeliveries.Transcript);
            case ChannelKind.Social: return new WebhookChannel(settings, SignatureScheme.Own, OwnDeliveries.Post);
            case ChannelKind.Phone: return new WebhookChannel(settings, SignatureScheme.Own, OwnDeliveries.PhoneNote);
            case ChannelKind.Imap: return new MailChannel(settings);
            default:
                var reader = MappedBodies.Load(settings.Map!, settings.Source, out problems);
                return reader is null ? null : new WebhookChannel(settings, SignatureScheme.Own, reader);
        }
    }
}
