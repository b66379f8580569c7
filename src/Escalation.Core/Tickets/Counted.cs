using System.Globalization;

namespace Escalation.Core.Tickets;

/// <summary>Numbers of things as people write them: one of it, many of them.</summary>
public static class Counted
{
    /// <summary>For example <c>1 message</c> or <c>1,200 messages</c>.</summary>
    public static string Of(long number, string thing) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {thing}{(number == 1 ? "" : "s")}");
}
