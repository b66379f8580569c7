using System.Globalization;
using Escalation.Core.Derived;
using Escalation.History.Facts;

namespace Escalation.Replay.Analysis;

/// <summary>A simple test of one fact, as a rule would write it, and the messages that pass it.</summary>
/// <param name="Text">The expression; reads of unknown facts are guarded.</param>
/// <param name="Fact">The fact that it tests: a conjunction takes each but once.</param>
/// <param name="Holds">The messages.</param>
internal sealed record FactClause(string Text, string Fact, Bits Holds);

/// <summary>The clauses that candidate rules are made of: thresholds at quantiles of numbers, values of short texts, members of lists, keyword classes.</summary>
internal static class FactClauses
{
    private const int MostValues = 12;
    private static readonly double[] Quantiles = [.1, .25, .5, .75, .9, .95];

    // What names a case and not its kind, repeats another fact, or says where somebody lives, makes no rule.
    private static readonly HashSet<string> Unfit = new(StringComparer.Ordinal)
    {
        "message.Text", "message.Subject", "ticket.Id", "customer.Id", "incident.Key", "incident.UsualRate", "keywords.Max", "context.Confidence", "ticket.Tags", "customer.Currency",
    };

    /// <summary>All clauses that some messages pass and some do not.</summary>
    public static IReadOnlyList<FactClause> Of(DecidedHistory history)
    {
        var table = history.Table;
        var rows = Enumerable.Range(0, table.Count).Select(row => table.Read(row, FactColumns.All & ~(FactColumns.Text | FactColumns.Attributes))).ToArray();
        var clauses = new List<FactClause>();
        foreach (var fact in FactCatalog.All)
        {
            if (Unfit.Contains(fact.Name) || fact.Name.EndsWith("Known", StringComparison.Ordinal)) continue;
            var values = rows.Select(r => FactCatalog.Describe(r, fact.Name)).ToArray();
            if (fact.Type == typeof(double) || fact.Type == typeof(int)) clauses.AddRange(Thresholds(fact, values));
            else if (fact.Type == typeof(bool)) clauses.Add(Clause(fact.Name, fact.Name, values, v => v == "true"));
            else if (fact.Type == typeof(string)) clauses.AddRange(Values(fact, values));
            else clauses.AddRange(Members(fact, values));
        }
        for (var i = 0; i < history.Rules.Text.KeywordClasses.Count; i++)
        {
            var holds = new Bits(rows.Length);
            for (var row = 0; row < rows.Length; row++)
                if (rows[row].Keywords.HasClass(i)) holds.Set(row);
            var name = history.Rules.Text.KeywordClasses[i].Name;
            clauses.Add(new FactClause($"keywords.Has(\"{name}\")", "keywords." + name, holds));
        }
        return [.. clauses.Where(c => c.Holds.Count > 0 && c.Holds.Count < rows.Length)];
    }

    private static IEnumerable<FactClause> Thresholds(FactEntry fact, string?[] values)
    {
        var numbers = values.Select(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        var known = numbers.Where(n => !double.IsNaN(n)).Order().ToArray();
        if (known.Length == 0) yield break;
        foreach (var cut in Quantiles.Select(q => Cut(known[(int)(q * (known.Length - 1))], fact.Type)).Distinct())
        {
            var text = cut.ToString(CultureInfo.InvariantCulture);
            yield return Numeric(fact, ">", text, numbers, n => n > cut);
            yield return Numeric(fact, "<=", text, numbers, n => n <= cut);
        }
    }

    /// <summary>A number that a person would write.</summary>
    private static double Cut(double value, Type type) => type == typeof(int) ? value : Math.Abs(value) >= 10 ? Math.Round(value) : Math.Round(value, 2);

    private static FactClause Numeric(FactEntry fact, string comparison, string cut, double[] numbers, Func<double, bool> holds)
    {
        var bits = new Bits(numbers.Length);
        for (var row = 0; row < numbers.Length; row++)
            if (!double.IsNaN(numbers[row]) && holds(numbers[row])) bits.Set(row);
        return new FactClause(Guarded(fact, $"{fact.Name} {comparison} {cut}"), fact.Name, bits);
    }

    private static IEnumerable<FactClause> Values(FactEntry fact, string?[] values)
    {
        var frequent = values.Where(v => v is not (null or "unknown" or "")).GroupBy(v => v!, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MostValues);
        return frequent.Select(g => Clause(Guarded(fact, $"{fact.Name} == \"{Escaped(g.Key)}\""), fact.Name, values, v => v == g.Key));
    }

    private static IEnumerable<FactClause> Members(FactEntry fact, string?[] values)
    {
        var members = values.Where(v => v is not (null or "none")).SelectMany(v => v!.Split(", ")).GroupBy(v => v, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MostValues);
        return members.Select(g => Clause($"{fact.Name}.Contains(\"{Escaped(g.Key)}\")", $"{fact.Name} {g.Key}", values, v => v!.Split(", ").Contains(g.Key, StringComparer.Ordinal)));
    }

    private static FactClause Clause(string text, string fact, string?[] values, Func<string?, bool> holds)
    {
        var bits = new Bits(values.Length);
        for (var row = 0; row < values.Length; row++)
            if (holds(values[row])) bits.Set(row);
        return new FactClause(text, fact, bits);
    }

    private static string Guarded(FactEntry fact, string test) => fact.KnownTwin is { } twin ? $"{fact.Name[..fact.Name.IndexOf('.', StringComparison.Ordinal)]}.{twin} && {test}" : test;

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
