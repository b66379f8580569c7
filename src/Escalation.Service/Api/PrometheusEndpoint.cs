using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>Counters of the process for a scraper, in Prometheus' text format.</summary>
/// <remarks>Source: https://prometheus.io/docs/instrumenting/exposition_formats/. Figures of escalations are <c>/api/v1/metrics</c>: those need n and an interval.</remarks>
internal static class PrometheusEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void MapPrometheus(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", ScrapeAsync).ExcludeFromDescription();

    private static async Task<ContentHttpResult> ScrapeAsync(EscalationService service, CancellationToken cancellation)
    {
        var (text, watch, sample) = (new StringBuilder(), service.Watch, service.Watch.Reference);
        One(text, "escalation_decisions_total", "counter", "Messages decided.", watch.Decided);
        One(text, "escalation_queue_waiting", "gauge", "Records that wait for the ordered writer.", service.Pipeline.Waiting);
        Labelled(text, "escalation_rules_failed_total", "counter", "Messages on which a rule threw.", watch.Counts.Where(c => c.Errors > 0).Select(c => (c.Rule, c.Errors)));
        Labelled(text, "escalation_rules_unavailable_total", "counter", "Messages on which a rule read an unknown fact.", watch.Counts.Where(c => c.Unavailable > 0).Select(c => (c.Rule, c.Unavailable)));
        Labelled(text, "escalation_rule_quarantined", "gauge", "Rules that are not run because they kept failing.", (await QuarantineView.OfAsync(service, cancellation)).Select(q => (q.Rule, 1L)));
        One(text, "escalation_reviews_waiting", "gauge", "Tickets, by rule, that a person must look at because a rule that must escalate failed.", await service.Reviews.WaitingAsync(cancellation));
        One(text, "escalation_channels_silent", "gauge", "Sources from which nothing comes any more although much usually does.", service.SilenceWatch.Standing.Count);
        One(text, "escalation_reference_checked_total", "counter", "Messages compared with RulesEngine.", sample.Checked);
        One(text, "escalation_reference_disagreed_total", "counter", "Rules, over messages, on which RulesEngine disagreed.", sample.Disagreed);
        One(text, "escalation_reference_dropped_total", "counter", "Messages drawn but not compared, because too many waited.", sample.Dropped);
        One(text, "escalation_reference_failed_total", "counter", "Messages that could not be compared.", sample.Failed);
        return TypedResults.Text(text.ToString(), ContentType);
    }

    private static void One(StringBuilder text, string name, string type, string help, long value)
    {
        Head(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Labelled(StringBuilder text, string name, string type, string help, IEnumerable<(string Rule, long Value)> values)
    {
        Head(text, name, type, help);
        foreach (var (rule, value) in values) text.Append(CultureInfo.InvariantCulture, $"{name}{{rule=\"{Escaped(rule)}\"}} {value}\n");
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static string Escaped(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
