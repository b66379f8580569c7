namespace Escalation.Benchmarks.Load;

/// <summary>What a load run sends.</summary>
/// <param name="Path">The address: <see cref="Messages"/> or <see cref="Analyze"/>.</param>
/// <param name="Connections">Connections, each with one request at a time.</param>
/// <param name="Rate">Requests a second, sent whether or not earlier ones were answered; null = as many as the connections get answered.</param>
/// <param name="Duration">How long it is measured.</param>
/// <param name="WarmUp">How long it is sent before.</param>
/// <param name="Customers">Customers that write, each on one ticket.</param>
/// <param name="Folder">Where the database lies.</param>
internal sealed record LoadPlan(string Path, int Connections, int? Rate, TimeSpan Duration, TimeSpan WarmUp, int Customers, string Folder)
{
    public const string Messages = "/api/v1/messages";
    public const string Analyze = "/api/analyze-escalation";
    public const string Empty = "/health/live";

    /// <summary>The plan in words.</summary>
    public override string ToString() => Rate is { } rate
        ? FormattableString.Invariant($"{Path}, {Connections} connections, {rate:N0} a second (open loop: Poisson arrivals, latency from the intended time of sending)")
        : FormattableString.Invariant($"{Path}, {Connections} connections, each as fast as it is answered (closed loop: latency from the sending)");
}
