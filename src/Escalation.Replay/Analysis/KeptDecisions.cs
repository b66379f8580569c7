using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.History.Facts;
using Escalation.History.Reading;
using Escalation.Rules;
using NodaTime;

namespace Escalation.Replay.Analysis;

/// <summary>What one configuration decides on every message of a fact table, kept beside the table: all that is counted of a decision, without its evidence and reasons.</summary>
/// <remarks>A row on which nothing happened takes no bytes. Safe to share between threads.</remarks>
internal sealed class KeptDecisions : IDisposable
{
    private readonly ColumnFile file;
    private readonly string[] names;
    private readonly ConfigurationId configuration;
    private readonly Decision nothing;

    private KeptDecisions(ColumnFile file, ConfigurationId configuration)
    {
        (this.file, this.configuration) = (file, configuration);
        var list = new List<string>();
        var words = new RowReader(file[2], []);
        while (!words.IsAtEnd) list.Add(words.Text());
        names = [.. list];
        nothing = new Decision { Signals = [], Recommendation = Recommendation.None, ScoreWithoutIncident = 0, Route = null, Configuration = configuration };
    }

    private ReadOnlySpan<long> Starts => MemoryMarshal.Cast<byte, long>(file[1]);

    /// <summary>The decisions on a history; made now where the cache has them not.</summary>
    /// <param name="history">The history. Its configuration has no exceptions.</param>
    /// <param name="workers">Threads; the result does not depend on it.</param>
    /// <param name="cancellation">Ends between some thousand rows; nothing is left behind.</param>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public static KeptDecisions Open(DecidedHistory history, int workers, CancellationToken cancellation)
    {
        var key = KeyOf(history);
        var path = Path.Combine(history.Table.Folder, $"decisions-{key[..16]}.col");
        var id = history.Configuration.Id;
        if (ColumnFile.Open(path, key) is { } known) return new KeptDecisions(known, id);
        Write(history, path, key, workers, cancellation);
        return ColumnFile.Open(path, key) is { } written ? new KeptDecisions(written, id) : throw new IOException($"{path}: decisions written a moment ago cannot be read back; is the disk sound?");
    }

    /// <summary>Whether anything happened on a row.</summary>
    public bool Has(int row)
    {
        var starts = Starts;
        return starts[row + 1] > starts[row];
    }

    /// <summary>The decision on a row; signals without evidence, the recommendation without contributions.</summary>
    public Decision this[int row]
    {
        get
        {
            if (!Has(row)) return nothing;
            var from = new RowReader(file[0][(int)Starts[row]..], names);
            var (flags, score) = (from.Int(), from.Double());
            var signals = ReadSignals(ref from);
            return new Decision
            {
                Signals = signals,
                Recommendation = new Recommendation(score, null, (Band)(flags & 3), []),
                NeedsReview = (flags & 4) != 0,
                Route = (flags & 8) != 0 ? new Route(from.Name()!, (TicketPriority)from.Int(), from.Double(), from.Name()!, Instant.FromUnixTimeTicks(from.Long()), from.Name()!) : null,
                ScoreWithoutIncident = (flags & 16) != 0 ? from.Double() : score,
                Suppressed = (flags & 32) != 0 ? ReadSignals(ref from) : [],
                Unavailable = (flags & 32) != 0 ? ReadNames(ref from) : [],
                Errors = (flags & 32) != 0 ? ReadErrors(ref from) : [],
                ShadowErrors = (flags & 32) != 0 ? ReadErrors(ref from) : [],
                Configuration = configuration,
            };
        }
    }

    /// <summary>The rows on which another configuration decides otherwise on the same messages.</summary>
    public Bits Differing(KeptDecisions other)
    {
        var rows = Starts.Length - 1;
        var differing = new Bits(rows);
        RowRanges.Run(rows, (first, end) =>
        {
            for (var row = first; row < end; row++)
                if (Has(row) != other.Has(row) || (Has(row) && !AreAlike(this[row], other[row]))) differing.Set(row);
        });
        return differing;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static bool AreAlike(Decision one, Decision other) =>
        one.Recommendation.Score.Equals(other.Recommendation.Score) && one.Recommendation.Band == other.Recommendation.Band && one.Route == other.Route
        && one.NeedsReview == other.NeedsReview && one.ScoreWithoutIncident.Equals(other.ScoreWithoutIncident)
        && one.Signals.SequenceEqual(other.Signals) && one.Suppressed.SequenceEqual(other.Suppressed) && one.Unavailable.SequenceEqual(other.Unavailable)
        && one.Errors.SequenceEqual(other.Errors) && one.ShadowErrors.SequenceEqual(other.ShadowErrors);

    private static string KeyOf(DecidedHistory history) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"decisions {history.Configuration.Id.Value} {history.Configuration.EffectiveDates} {history.Table.Keys.Observed} {history.Table.Keys.Of(FactColumns.All)} {typeof(RuleSet).Module.ModuleVersionId} {typeof(KeptDecisions).Module.ModuleVersionId}")));

    private static void Write(DecidedHistory history, string path, string key, int workers, CancellationToken cancellation)
    {
        using var file = new ColumnFileWriter(path);
        var (values, starts, touched) = (new ValueWriter(), new long[history.Table.Count + 1], history.Touched());
        var ahead = new Queue<Ahead<Decision?[]>>();
        for (int next = 0, taken = 0; taken < history.Table.Count;)
        {
            for (; next < history.Table.Count && ahead.Count <= workers * 2; next += RowRanges.Size)
            {
                cancellation.ThrowIfCancellationRequested();
                var (first, end) = (next, Math.Min(history.Table.Count, next + RowRanges.Size));
                ahead.Enqueue(new Ahead<Decision?[]>(() => Decide(history, touched, first, end), workers > 1));
            }
            foreach (var decision in ahead.Dequeue().Take())
            {
                if (decision is not null && !IsNothing(decision))
                {
                    Write(values, decision);
                    file.Append(values.Written);
                    values.Clear();
                }
                starts[++taken] = file.SectionLength;
            }
        }
        file.EndSection();
        file.Append(MemoryMarshal.AsBytes<long>(starts));
        file.EndSection();
        foreach (var name in values.Names) values.Text(name);
        file.Append(values.Written);
        file.EndSection();
        file.Complete(key);
    }

    private static Decision?[] Decide(DecidedHistory history, Bits touched, int first, int end)
    {
        var decisions = new Decision?[end - first];
        foreach (var row in touched.Places(first, end)) decisions[row - first] = history.Decide(row);
        return decisions;
    }

    /// <summary>Whether a decision is as if no rule had been there: what shadow rules say is not counted.</summary>
    private static bool IsNothing(Decision decision) =>
        decision.Signals.Count == 0 && decision.Suppressed.Count == 0 && decision.Unavailable.Count == 0 && decision.Errors.Count == 0 && decision.ShadowErrors.Count == 0
        && !decision.NeedsReview && decision.Recommendation is { Band: Band.None, Score: 0 };

    private static void Write(ValueWriter to, Decision decision)
    {
        var isUnusual = decision.Suppressed.Count + decision.Unavailable.Count + decision.Errors.Count + decision.ShadowErrors.Count > 0;
        var score = decision.Recommendation.Score;
        to.Int((int)decision.Recommendation.Band | (decision.NeedsReview ? 4 : 0) | (decision.Route is null ? 0 : 8) | (decision.ScoreWithoutIncident.Equals(score) ? 0 : 16) | (isUnusual ? 32 : 0));
        to.Double(score);
        to.All(decision.Signals, s => Write(to, s));
        if (decision.Route is { } route)
        {
            to.Name(route.Team);
            to.Int((int)route.Priority);
            to.Double(route.SlaHours);
            to.Name(route.Calendar);
            to.Int(route.SlaDeadline.ToUnixTimeTicks());
            to.Name(route.Rule);
        }
        if (!decision.ScoreWithoutIncident.Equals(score)) to.Double(decision.ScoreWithoutIncident);
        if (!isUnusual) return;
        to.All(decision.Suppressed, s => Write(to, s));
        to.All(decision.Unavailable, to.Name);
        to.All(decision.Errors, e => Write(to, e));
        to.All(decision.ShadowErrors, e => Write(to, e));
    }

    private static void Write(ValueWriter to, Signal signal)
    {
        to.Name(signal.Rule);
        to.Name(signal.TriggerType);
        to.Name(signal.Group);
        to.Double(signal.Confidence);
        to.Int((int)signal.Recommendation);
    }

    private static void Write(ValueWriter to, RuleError error)
    {
        to.Name(error.Rule);
        to.Text(error.Message);
        to.Flag(error.MustEscalate);
    }

    private static Signal[] ReadSignals(ref RowReader from)
    {
        var signals = from.Int() is var count && count == 0 ? [] : new Signal[count];
        for (var i = 0; i < signals.Length; i++)
        {
            var (rule, trigger, group) = (from.Name()!, from.Name()!, from.Name()!);
            signals[i] = new Signal(trigger, group, from.Double(), (Band)from.Int(), rule, []);
        }
        return signals;
    }

    private static string[] ReadNames(ref RowReader from)
    {
        var names = new string[from.Int()];
        for (var i = 0; i < names.Length; i++) names[i] = from.Name()!;
        return names;
    }

    private static RuleError[] ReadErrors(ref RowReader from)
    {
        var errors = new RuleError[from.Int()];
        for (var i = 0; i < errors.Length; i++) errors[i] = new RuleError(from.Name()!, from.Text(), from.Flag());
        return errors;
    }
}
