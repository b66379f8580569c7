namespace Escalation.Replay.Collecting;

/// <summary>The dimensions that reports cut tickets by, and how a slice is written: <c>channel=chat</c>.</summary>
public static class SliceNames
{
    /// <summary>The value of a ticket of which it is not known.</summary>
    public const string Unknown = "(unknown)";

    /// <summary>The channel of the ticket's first message.</summary>
    public const string Channel = "channel";

    /// <summary>The brand of the ticket's first message; tickets without one are in no slice of it.</summary>
    public const string Brand = "brand";

    /// <summary>The product, given or recognised by the first arm.</summary>
    public const string Product = "product";

    /// <summary>The customer's tier as of the first decided message.</summary>
    public const string Tier = "tier";

    /// <summary>The language, given or detected.</summary>
    public const string Language = "language";

    /// <summary>The team that had the ticket last, as recorded: known only afterwards, and the same for every arm.</summary>
    public const string Team = "team";

    /// <summary>The hour of day of the first decided message in the first arm's default calendar, 00 to 23.</summary>
    public const string Hour = "hour";

    /// <summary>All, in the order of reports.</summary>
    public static IReadOnlyList<string> Dimensions { get; } = [Channel, Brand, Product, Tier, Language, Team, Hour];

    /// <summary>A slice's name.</summary>
    public static string Of(string dimension, string value) => $"{dimension}={value}";

    /// <summary>The dimension of a slice; empty where the name has none.</summary>
    public static string DimensionOf(string slice) => slice.IndexOf('=', StringComparison.Ordinal) is var at && at > 0 ? slice[..at] : "";
}
