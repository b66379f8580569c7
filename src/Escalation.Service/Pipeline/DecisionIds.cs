using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.Service.Pipeline;

/// <summary>Ids of decisions: the same message, revision and configuration give the same.</summary>
internal static class DecisionIds
{
    public static string Of(Message message, ConfigurationId configuration)
    {
        var parts = string.Join('\n', message.Source, message.ExternalId, message.Revision.ToString(CultureInfo.InvariantCulture), configuration.Value);
        return "d-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, 12));
    }
}
