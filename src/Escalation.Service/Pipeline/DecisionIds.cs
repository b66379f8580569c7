using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.Service.Pipeline;

/// <summary>Ids of decisions: the same message, revision and configuration give the same.</summary>
internal static class DecisionIds
{
    public static string Of(Message message, ConfigurationId configuration) => Hashed(message.Source, message.ExternalId, message.Revision.ToString(CultureInfo.InvariantCulture), configuration.Value);

    /// <summary>Of a message that is decided again: the same cause at the same time gives the same.</summary>
    public static string Again(Message message, ConfigurationId configuration, string cause, long atMs) =>
        Hashed(message.Source, message.ExternalId, message.Revision.ToString(CultureInfo.InvariantCulture), configuration.Value, cause, atMs.ToString(CultureInfo.InvariantCulture));

    private static string Hashed(params string[] of)
    {
        var parts = string.Join('\n', of);
        return "d-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, 12));
    }
}
