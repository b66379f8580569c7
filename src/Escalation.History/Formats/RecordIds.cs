using Escalation.Core.Tickets;

namespace Escalation.History.Formats;

/// <summary>Ids of records whose lines carry none: they follow from the content, so that every reader gives the same.</summary>
public static class RecordIds
{
    /// <summary>Id of a <see cref="CustomerVersion"/>: the customer's own id.</summary>
    public static string Customer(CustomerId customer) => customer.Value;

    /// <summary>Id of an <see cref="IdentityLink"/>.</summary>
    public static string Identity(CustomerId customer, Channel channel, string address) => $"{customer.Value}/{Wire.Name(channel)}/{address}";

    /// <summary>Id of a <see cref="Shift"/>.</summary>
    public static string Shift(string agentId, string team) => $"{agentId}/{team}";
}
