using Escalation.Core.Tickets;

namespace Escalation.History.Synthetic;

/// <summary>How the fictional company's channels name themselves and their messages.</summary>
internal static class SourceNames
{
    /// <summary>What the web form sends along.</summary>
    public static readonly IReadOnlyDictionary<string, string> FormAttributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["form"] = "contact" };

    /// <summary>The source account of a channel.</summary>
    public static string Of(Channel channel) => channel switch
    {
        Channel.Chat => "chat/website",
        Channel.Email => "mail/support",
        Channel.Social => "social/chirper",
        Channel.Phone => "phone/hotline",
        Channel.Web => "web/contact-form",
        _ => "api/shop",
    };

    /// <summary>The source's own id of a message.</summary>
    public static string ExternalId(Channel channel, string id) => channel == Channel.Email ? $"<{id}@mail.example>" : id;
}
