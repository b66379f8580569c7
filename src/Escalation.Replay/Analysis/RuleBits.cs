using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Rules;

namespace Escalation.Replay.Analysis;

/// <summary>What one rule came to on every message of a table; a message with no bit is a miss.</summary>
public sealed class RuleBits(Bits hit, Bits error, Bits unavailable)
{
    private Bits? any;

    /// <summary>It held.</summary>
    public Bits Hit => hit;

    /// <summary>It threw.</summary>
    public Bits Error => error;

    /// <summary>It read an unknown fact unguarded.</summary>
    public Bits Unavailable => unavailable;

    /// <summary>Messages on which it was no plain miss.</summary>
    public Bits Any => any ??= hit.Or(error).Add(unavailable);
}

/// <summary>The bits of rules over one table, kept in memory and on disk by (expressions, columns read): an edited rule runs again, and only it.</summary>
/// <remarks>Safe to share between threads.</remarks>
public sealed class RuleBitStore(FactTable table)
{
    private const int FusedFrom = 8;
    private const int MostKept = 4_096;
    private readonly ConcurrentDictionary<string, RuleBits> known = new(StringComparer.Ordinal);

    /// <summary>The bits of all signal rules of a snapshot, in their order.</summary>
    public IReadOnlyList<RuleBits> Of(RuleSet rules)
    {
        var identities = rules.Single.Signals;
        var keys = identities.Select(KeyOf).ToArray();
        var found = keys.Select(Find).ToArray();
        var missing = Enumerable.Range(0, found.Length).Where(i => found[i] is null).ToArray();
        if (missing.Length >= FusedFrom) EvaluateFused(rules, missing, found);
        else foreach (var rule in missing) found[rule] = Evaluate(rules, rule);
        foreach (var rule in missing) Keep(keys[rule], found[rule]!);
        return found!;
    }

    /// <summary>Evaluates one signal rule on every message, from the columns that it reads.</summary>
    public RuleBits Evaluate(RuleSet rules, int rule)
    {
        var columns = FactColumnNames.Of(rules.Single.Signals[rule].Facts);
        var bits = Empty();
        RowRanges.Run(table.Count, (first, end) =>
        {
            var results = new RuleResults();
            for (var row = first; row < end; row++) Take(bits, row, rules.Single.Evaluate(rule, table.Read(row, columns), results));
        });
        return bits;
    }

    private void EvaluateFused(RuleSet rules, int[] missing, RuleBits?[] found)
    {
        var columns = FactColumnNames.Of(missing.SelectMany(i => rules.Single.Signals[i].Facts));
        foreach (var rule in missing) found[rule] = Empty();
        if (missing.Length < rules.SignalRules.Count) columns = FactColumns.All;
        RowRanges.Run(table.Count, (first, end) =>
        {
            var results = new RuleResults();
            for (var row = first; row < end; row++)
            {
                rules.EvaluateSignals(table.Read(row, columns), results);
                foreach (var rule in missing) Take(found[rule]!, row, results.Results[rule]);
            }
        });
    }

    private static void Take(RuleBits bits, int row, RuleResult result)
    {
        if (result == RuleResult.Miss) return;
        (result switch { RuleResult.Hit => bits.Hit, RuleResult.Error => bits.Error, _ => bits.Unavailable }).Set(row);
    }

    private RuleBits Empty() => new(new Bits(table.Count), new Bits(table.Count), new Bits(table.Count));

    private string KeyOf(RuleIdentity rule) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{rule.Key}\n{table.Keys.Of(FactColumnNames.Of(rule.Facts))}\n{table.Keys.Observed}")));

    private string PathOf(string key) => Path.Combine(table.Folder, $"rule-{key[..16]}.col");

    private RuleBits? Find(string key)
    {
        if (known.TryGetValue(key, out var bits)) return bits;
        using var file = ColumnFile.Open(PathOf(key), key);
        if (file is null) return null;
        Bits Section(int section) => Bits.From(table.Count, MemoryMarshal.Cast<byte, ulong>(file[section]));
        return known[key] = new RuleBits(Section(0), Section(1), Section(2));
    }

    private void Keep(string key, RuleBits bits)
    {
        if (known.Count >= MostKept) known.Clear();
        known[key] = bits;
        using var file = new ColumnFileWriter(PathOf(key));
        foreach (var column in (Bits[])[bits.Hit, bits.Error, bits.Unavailable])
        {
            file.Append(MemoryMarshal.AsBytes(column.Words));
            file.EndSection();
        }
        file.Complete(key);
    }
}
