using System.Text.Json;
using Escalation.Core.Tickets;

namespace Escalation.Core.Metrics;

/// <summary>A gate read, or what is wrong with it.</summary>
/// <param name="Definition">The gate; null with problems.</param>
/// <param name="Problems">One line each: <c>file:line:column: path: what is wrong and what is meant</c>.</param>
public sealed record GateReading(GateDefinition? Definition, IReadOnlyList<string> Problems);

/// <summary>Reads <c>{"checks": [{metric, arm | difference, bound, min, max, slice, minLabels, noData}]}</c>.</summary>
/// <remarks>Comments and trailing commas are allowed; unknown keys are problems. <c>"difference": true</c> is the only one there is.</remarks>
public static class GateParser
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a gate; never throws for its content.</summary>
    /// <param name="json">The content.</param>
    /// <param name="file">The file's name, for problems.</param>
    public static GateReading Parse(string json, string file)
    {
        var problems = new List<string>();
        var checks = new List<GateCheck>();
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = new Place(document.RootElement, "", JsonPlaces.Of(json), problems);
            if (root.IsObject("checks"))
            {
                if (!document.RootElement.TryGetProperty("checks", out var list)) root.Problem("checks", "missing; a gate is {\"checks\": [...]}");
                else if (list.ValueKind != JsonValueKind.Array) root.Problem("checks", "must be an array");
                else if (list.GetArrayLength() == 0) root.Problem("checks", "empty; a gate without a check passes everything, leave it out instead");
                else
                    foreach (var (index, element) in list.EnumerateArray().Index())
                        if (CheckOf(root with { Element = element, Path = $"checks[{index}]" }) is { } check) checks.Add(check);
            }
        }
        catch (JsonException error)
        {
            problems.Add($"{error.LineNumber + 1}:{error.BytePositionInLine + 1}: is no JSON");
        }
        return problems.Count == 0 ? new GateReading(new GateDefinition(checks), []) : new GateReading(null, [.. problems.Select(p => $"{file}:{p}")]);
    }

    private static GateCheck? CheckOf(Place place)
    {
        if (!place.IsObject("metric", "arm", "difference", "bound", "min", "max", "slice", "minLabels", "noData")) return null;
        var before = place.Problems.Count;
        var metric = place.Text("metric");
        if (metric is null && place.Problems.Count == before) place.Problem("metric", $"missing; for example {MetricIds.FalsePositiveRate}");
        var (arm, difference) = (place.Text("arm"), place.TextOrTrue("difference"));
        if (arm is not null && difference is not null) place.Problem("difference", "stands beside arm; a check looks at one of the two");
        var (min, max) = (place.Number("min"), place.Number("max"));
        if (min is null && max is null && place.Problems.Count == before) place.Problem("min", "missing, and max too; a check needs one of them");
        if (min > max) place.Problem("min", "is above max; nothing can pass");
        var minLabels = place.Number("minLabels") ?? GateCheck.FewestLabels;
        if (minLabels < 0 || minLabels > int.MaxValue || minLabels != Math.Floor(minLabels)) place.Problem("minLabels", "must be a whole number from 0 on");
        var check = new GateCheck(metric ?? "", arm, difference, place.Choice("bound", GateBound.Value), min, max, place.Text("slice"), (int)Math.Clamp(minLabels, 0, int.MaxValue),
            place.Choice("noData", NoDataRule.Fail), place.Own.Line, place.Own.Column);
        return place.Problems.Count == before ? check : null;
    }

    /// <summary>An element with its path, which adds what is wrong to the problems.</summary>
    private readonly record struct Place(JsonElement Element, string Path, JsonPlaces Places, List<string> Problems)
    {
        public (int Line, int Column) Own => Places.At(Path);

        public void Problem(string key, string what) => Add(Path.Length == 0 ? key : $"{Path}.{key}", what);

        public bool IsObject(params ReadOnlySpan<string> keys)
        {
            if (Element.ValueKind != JsonValueKind.Object)
            {
                Add(Path.Length == 0 ? "gate" : Path, "must be an object");
                return false;
            }
            foreach (var property in Element.EnumerateObject())
                if (!keys.Contains(property.Name)) Problem(property.Name, $"unknown key; known are {string.Join(", ", keys)}");
            return true;
        }

        /// <remarks>Of what is missing the place is that of the object that should hold it.</remarks>
        private void Add(string path, string what)
        {
            var (line, column) = Places.Has(path) ? Places.At(path) : Own;
            Problems.Add($"{line}:{column}: {path}: {what}");
        }

        public string? Text(string key)
        {
            if (!Element.TryGetProperty(key, out var value)) return null;
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text) return text;
            Problem(key, "must be a text that is not empty");
            return null;
        }

        public string? TextOrTrue(string key) => Element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True ? "*" : Text(key);

        public double? Number(string key)
        {
            if (!Element.TryGetProperty(key, out var value)) return null;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)) return number;
            Problem(key, "must be a number");
            return null;
        }

        public T Choice<T>(string key, T otherwise) where T : struct, Enum
        {
            if (!Element.TryGetProperty(key, out var value)) return otherwise;
            if (value.ValueKind == JsonValueKind.String && Wire.TryParse<T>(value.GetString(), out var choice)) return choice;
            Problem(key, $"must be one of {string.Join(", ", Wire.All<T>())}");
            return otherwise;
        }
    }
}
