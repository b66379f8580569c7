using System.Collections.Immutable;
using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.History.Facts;

namespace Escalation.Replay.Collecting;

/// <summary>Writes cases and reads them again, equal in all that outcomes and episodes depend on; signals of episodes are left out.</summary>
/// <remarks>What many cases share (triggers, slices) is one object again. Not thread-safe.</remarks>
internal sealed class CaseCodec
{
    private readonly ValueWriter to = new();
    private readonly Dictionary<string, ImmutableSortedSet<string>> triggerSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> sliceLists = new(StringComparer.Ordinal);

    /// <summary>The bytes of a case; they hold until the next one.</summary>
    public ReadOnlySpan<byte> Write(TicketCase ticket)
    {
        to.Clear();
        to.Text(ticket.Id.Value);
        Write(ticket.Entry);
        to.All(ticket.Labels, label => RecordCodec.Write(to, label));
        to.All(ticket.Live, Write);
        to.All(ticket.Arms, Write);
        return to.Written;
    }

    /// <summary>The case of bytes that this codec wrote.</summary>
    public TicketCase Read(ReadOnlySpan<byte> bytes)
    {
        var from = new RowReader(bytes, to.Names);
        var (id, entry) = (new TicketId(from.Text()), ReadEntry(ref from));
        var labels = new Label[from.Int()];
        for (var i = 0; i < labels.Length; i++) labels[i] = (Label)RecordCodec.Read(ref from);
        var live = new Episode[from.Int()];
        for (var i = 0; i < live.Length; i++) live[i] = ReadEpisode(ref from);
        var arms = new ArmCase[from.Int()];
        for (var i = 0; i < arms.Length; i++) arms[i] = ReadArm(ref from);
        return new TicketCase(id, entry, labels, live, arms);
    }

    private void Write(LedgerEntry entry)
    {
        to.Int(entry.Index);
        to.Name(entry.Customer.Value);
        to.Time(entry.CreatedAt);
        to.Time(entry.FirstMessageAt);
        to.Time(entry.RaisedAt);
        to.Int(entry.LastTicks);
        to.Time(entry.Holder?.At);
        if (entry.Holder is { } holder)
        {
            to.Int((int)holder.By);
            to.Name(holder.Team);
        }
        WriteSlices(entry.Slices);
        WriteSlices(entry.Further);
        to.Flag(entry.Trail is not null);
        if (entry.Trail is not { } trail) return;
        to.Flag(trail.AgentAsked);
        to.All(trail.Steps, Write);
    }

    private LedgerEntry ReadEntry(ref RowReader from)
    {
        var entry = new LedgerEntry(from.Int())
        {
            Customer = new CustomerId(from.Name()!),
            CreatedAt = from.Time(),
            FirstMessageAt = from.Time(),
            RaisedAt = from.Time(),
            LastTicks = from.Long(),
        };
        if (from.Time() is { } held) entry.Holder = new TeamStep(held, (ActorKind)from.Int(), from.Name()!);
        (entry.Slices, entry.Further) = (SlicesOf(from.Name()), SlicesOf(from.Name()));
        if (!from.Flag()) return entry;
        var agentAsked = from.Flag();
        var steps = new TrailStep[from.Int()];
        for (var i = 0; i < steps.Length; i++) steps[i] = new TrailStep(from.Time()!.Value, (TrailStepKind)from.Int(), (ActorKind)from.Int(), from.Name());
        entry.Trail = new TicketTrail(steps, agentAsked);
        return entry;
    }

    private void Write(TrailStep step)
    {
        to.Time(step.At);
        to.Int((int)step.Kind);
        to.Int((int)step.By);
        to.Name(step.Team);
    }

    private void Write(Episode episode)
    {
        to.Text(episode.Id.Value);
        to.Text(episode.TicketId.Value);
        to.Name(episode.CustomerId.Value);
        to.Time(episode.OpenedAt);
        to.Int((int)episode.OpenedBy);
        to.OptionalText(episode.OpenedByMessage?.Value);
        to.Int((int)episode.Band);
        to.Double(episode.Score);
        to.Name(string.Join('\n', episode.Triggers));
        Write(episode.Route);
        to.Name(episode.Team);
        to.Name(episode.FirstTeam);
        to.Name(episode.IncidentKey);
        to.Int((int)episode.Status);
        to.Time(episode.SnoozedUntil);
        to.OptionalText(episode.JudgedBy);
        to.Time(episode.FirstResolvedAt);
        to.Time(episode.EndedAt);
        to.Int(episode.Reopened);
    }

    private Episode ReadEpisode(ref RowReader from) => new()
    {
        Id = new EpisodeId(from.Text()),
        TicketId = new TicketId(from.Text()),
        CustomerId = new CustomerId(from.Name()!),
        OpenedAt = from.Time()!.Value,
        OpenedBy = (ActorKind)from.Int(),
        OpenedByMessage = from.OptionalText() is { } message ? new MessageId(message) : null,
        Band = (Band)from.Int(),
        Score = from.Double(),
        Triggers = TriggersOf(from.Name()!),
        Route = ReadRoute(ref from),
        Team = from.Name(),
        FirstTeam = from.Name(),
        IncidentKey = from.Name(),
        Status = (EpisodeStatus)from.Int(),
        SnoozedUntil = from.Time(),
        JudgedBy = from.OptionalText(),
        FirstResolvedAt = from.Time(),
        EndedAt = from.Time(),
        Reopened = from.Int(),
    };

    private void Write(Route? route)
    {
        to.Name(route?.Team);
        if (route is null) return;
        to.Int((int)route.Priority);
        to.Double(route.SlaHours);
        to.Name(route.Calendar);
        to.Time(route.SlaDeadline);
        to.Name(route.Rule);
    }

    private static Route? ReadRoute(ref RowReader from) =>
        from.Name() is { } team ? new Route(team, (TicketPriority)from.Int(), from.Double(), from.Name()!, from.Time()!.Value, from.Name()!) : null;

    private void Write(ArmCase arm)
    {
        to.All(arm.Episodes, opened =>
        {
            Write(opened.Episode);
            to.Name(opened.Issue);
        });
        to.Flag(arm.Memory is not null);
        if (arm.Memory is not { } memory) return;
        to.Int(PlaceOf(memory.Latest, arm.Episodes));
        to.Int(memory.Count);
        to.Time(memory.DismissedAt);
        to.OptionalText(memory.JudgedBy);
    }

    private ArmCase ReadArm(ref RowReader from)
    {
        var episodes = new OpenedEpisode[from.Int()];
        for (var i = 0; i < episodes.Length; i++) episodes[i] = new OpenedEpisode(ReadEpisode(ref from), from.Name());
        if (!from.Flag()) return new ArmCase(episodes, null);
        var latest = from.Int();
        return new ArmCase(episodes, new EpisodeMemory(latest < 0 ? null : episodes[latest].Episode, from.Int(), from.Time(), from.OptionalText()));
    }

    private static int PlaceOf(Episode? latest, IReadOnlyList<OpenedEpisode> episodes)
    {
        if (latest is null) return -1;
        for (var i = 0; i < episodes.Count; i++)
            if (ReferenceEquals(episodes[i].Episode, latest)) return i;
        throw new InvalidOperationException($"episode {latest.Id} of the book is not in the ledger");
    }

    private ImmutableSortedSet<string> TriggersOf(string joined)
    {
        if (!triggerSets.TryGetValue(joined, out var triggers)) triggerSets.Add(joined, triggers = joined.Length == 0 ? [] : [.. joined.Split('\n')]);
        return triggers;
    }

    private void WriteSlices(IReadOnlyList<string>? slices) => to.Name(slices is null ? null : string.Join('\n', slices));

    private IReadOnlyList<string>? SlicesOf(string? joined)
    {
        if (joined is null) return null;
        if (!sliceLists.TryGetValue(joined, out var slices)) sliceLists.Add(joined, slices = joined.Length == 0 ? [] : joined.Split('\n'));
        return slices;
    }
}
