using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.View;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;
using NodaTime;

namespace Escalation.Replay.Analysis;

/// <summary>Derives a history once, in one pass and in order as a replay does, into columns on disk.</summary>
/// <remarks>Facts depend on no signal or routing rule, so every later rule set of the same texts and models reads the same columns.</remarks>
public sealed class FactTableBuilder
{
    private const int ProgressEvery = 4096;

    private readonly Configuration configuration;
    private readonly FactTableWriter writer;
    private readonly HistoryView view = new(ViewRetention.WithoutTexts);
    private readonly IncidentHistory incidents;
    private readonly TicketLedger tickets = new();
    private readonly List<Label> labels = [];
    private readonly List<TicketId> rows = [];
    private Instant last = Instant.FromUnixTimeSeconds(0);

    private FactTableBuilder(Configuration configuration, FactTableWriter writer) =>
        (this.configuration, this.writer, incidents) = (configuration, writer, new IncidentHistory(configuration.Policy.Incident));

    /// <summary>The columns of a history under a configuration, computed where the cache has them not.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="history">Hash of the history.</param>
    /// <param name="records">Gives its records in order; called only where something must be computed.</param>
    /// <param name="configuration">Rules and models.</param>
    /// <param name="options">Threads and progress; its window is not used: a table is of the whole history.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <exception cref="IOException">The history cannot be read or the cache not be written.</exception>
    public static FactTable Open(
        string cache, string history, Func<IEnumerable<HistoryRecord>> records, Configuration configuration, ReplayOptions options, CancellationToken cancellation)
    {
        var keys = FactColumnKeys.Of(history, configuration);
        var classes = configuration.Rules.Text.KeywordClasses;
        if (FactTable.Open(cache, keys, classes, out var missing) is { } known) return known;
        if (TextColumns.TryMake(cache, keys, missing, configuration.Analyzer, options.Workers, cancellation) && FactTable.Open(cache, keys, classes, out missing) is { } made) return made;
        using (var writer = new FactTableWriter(cache, keys, missing)) new FactTableBuilder(configuration, writer).Take(records(), options, cancellation);
        return FactTable.Open(cache, keys, classes, out _) ?? throw new IOException($"{cache}: columns written a moment ago cannot be read back; is the disk sound?");
    }

    private void Take(IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation)
    {
        var taken = 0L;
        foreach (var record in PreparedRecords.Of(records, [configuration.Analyzer], options.Workers, cancellation))
        {
            if (record.Message is { } message) Take(message);
            else Take(record.Other!);
            if (++taken % ProgressEvery != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            options.OnProgress?.Invoke(taken);
        }
        writer.Complete(Outcomes(), labels.Where(l => l is { Kind: LabelKind.Suggestion, Note: not null }).Select(l => new RuleWish(l.At, l.TicketId.Value, l.Actor.Id, l.Note!)), view.Counters);
    }

    private void Take(ObservedMessage observed)
    {
        var message = observed.Message;
        last = Instant.Max(last, message.Received);
        tickets.Take(message);
        if (message.Author == Author.Customer)
        {
            var seen = view.Observe(observed);
            var derived = Derivation.Derive(seen, incidents, configuration);
            var started = message.Revision == 0 ? incidents.Add(message, derived.Context, seen.Customer.Id) : null;
            writer.Add(message, derived, started is not null, (uint)view.Counters.Taken, tickets.IndexOf(message.TicketId), new EarlierMessages(seen));
            rows.Add(message.TicketId);
        }
        view.Add(observed);
    }

    private void Take(HistoryRecord record)
    {
        last = Instant.Max(last, record.Received);
        switch (record)
        {
            case Label label: labels.Add(label); break;
            case TicketEvent happened:
                tickets.Take(happened);
                view.Add(record);
                break;
            default: view.Add(record); break;
        }
    }

    private IEnumerable<(RowVerdict, int)> Outcomes()
    {
        var book = new LabelBook(labels, tickets.Canonical, last);
        var raised = tickets.Summaries(Instant.MinValue, Instant.MaxValue).Where(t => t.RaisedByPersonAt <= last).Select(t => t.TicketId).ToHashSet();
        var verdicts = new Dictionary<TicketId, (RowVerdict Verdict, int Number)>();
        foreach (var row in rows)
        {
            var ticket = tickets.Canonical(row);
            if (!verdicts.TryGetValue(ticket, out var outcome)) verdicts.Add(ticket, outcome = (VerdictOf(book.Of(ticket), raised.Contains(ticket)), verdicts.Count));
            yield return outcome;
        }
    }

    /// <summary>What people said of a ticket: need as metrics have it, by the label that counts, else a person raised the ticket.</summary>
    public static RowVerdict VerdictOf(IReadOnlyList<Label> said, bool isRaised) =>
        LabelBook.Winner(said, l => l.EffectiveNeeded is not null) switch
        {
            null => isRaised ? RowVerdict.Missed : RowVerdict.Unknown,
            { EffectiveNeeded: false } => RowVerdict.Dismissed,
            { Kind: LabelKind.Missed } => RowVerdict.Missed,
            _ => RowVerdict.Confirmed,
        };
}
