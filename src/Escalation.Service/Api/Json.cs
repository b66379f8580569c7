using System.Text.Json;
using System.Text.Json.Serialization;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>How answers are written: camelCase, times as RFC 3339 with Z and milliseconds, nulls kept.</summary>
public static class Json
{
    /// <summary>The options of every answer.</summary>
    public static readonly JsonSerializerOptions Options = Create();

    /// <summary>The same for people who read it in a terminal.</summary>
    public static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true };

    /// <summary>An instant as text; null stays null.</summary>
    public static string? Time(Instant? instant) => instant is { } known ? WireTime.Format(known) : null;

    internal static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.Strict;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }
}
