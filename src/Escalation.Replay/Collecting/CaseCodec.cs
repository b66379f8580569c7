using System.Collections.Immutable;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>Writes cases to a file of one run and reads them again, equal in all that outcomes and episodes depend on.</summary>
/// <remarks>
/// Words that many cases share (teams, triggers, people, slices) are written as numbers, so that only the codec that wrote a file can read it.
/// Signals of episodes are left out. Not thread-safe.
/// </remarks>
internal sealed class CaseCodec(Stream file) : IDisposable
{
    private readonly BinaryWriter to = new(file, Encoding.UTF8, leaveOpen: true);
    private readonly BinaryReader from = new(file, Encoding.UTF8, leaveOpen: true);
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly Dictionary<string, ImmutableSortedSet<string>> triggerSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> sliceLists = new(StringComparer.Ordinal);

    /// <summary>Writes a case at the file's position.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(TicketCase ticket)
    {
        to.Write(ticket.Id.Value);
        Write(ticket.Entry);
        WriteAll(ticket.Labels, Write);
        WriteAll(ticket.Live, Write);
        WriteAll(ticket.Arms, Write);
        to.Flush();
    }

    /// <summary>Reads the case at the file's position.</summary>
    public TicketCase Read() => new(new TicketId(from.ReadString()), ReadEntry(), ReadAll(ReadLabel), ReadAll(ReadEpisode), ReadAll(ReadArm));

    public void Dispose()
    {
        to.Dispose();
        from.Dispose();
    }

    private void Write(LedgerEntry entry)
    {
        to.Write7BitEncodedInt(entry.Index);
        WriteText(entry.Customer.Value);
        Write(entry.CreatedAt);
        Write(entry.FirstMessageAt);
        Write(entry.RaisedAt);
        to.Write(entry.LastTicks);
        Write(entry.Holder?.At);
        if (entry.Holder is { } holder)
        {
            to.Write((byte)holder.By);
            WriteName(holder.Team);
        }
        WriteSlices(entry.Slices);
        WriteSlices(entry.Further);
        to.Write(entry.Trail is not null);
        if (entry.Trail is not { } trail) return;
        to.Write(trail.AgentAsked);
        WriteAll(trail.Steps, Write);
    }

    private LedgerEntry ReadEntry()
    {
        var entry = new LedgerEntry(from.Read7BitEncodedInt())
        {
            Customer = new CustomerId(ReadText()!),
            CreatedAt = ReadTime(),
            FirstMessageAt = ReadTime(),
            RaisedAt = ReadTime(),
            LastTicks = from.ReadInt64(),
        };
        if (ReadTime() is { } held) entry.Holder = new TeamStep(held, (ActorKind)from.ReadByte(), ReadName()!);
        (entry.Slices, entry.Further) = (ReadSlices(), ReadSlices());
        if (!from.ReadBoolean()) return entry;
        var agentAsked = from.ReadBoolean();
        entry.Trail = new TicketTrail(ReadAll(ReadStep), agentAsked);
        return entry;
    }

    private void Write(TrailStep step)
    {
        Write(step.At);
        to.Write((byte)step.Kind);
        to.Write((byte)step.By);
        WriteName(step.Team);
    }

    private TrailStep ReadStep() => new(ReadTime()!.Value, (TrailStepKind)from.ReadByte(), (ActorKind)from.ReadByte(), ReadName());

    private void Write(Label label)
    {
        WriteText(label.Id);
        Write(label.At);
        Write(label.ReceivedAt);
        WriteText(label.TicketId.Value);
        WriteText(label.EpisodeId?.Value);
        WriteText(label.MessageId?.Value);
        WriteText(label.DecisionId);
        to.Write((byte)label.Kind);
        Write(label.Needed);
        WriteOptional((byte?)label.Frustrated);
        WriteName(label.RightTeam);
        WriteAll(label.WrongSignals, WriteName);
        WriteOptional((byte?)label.Reason);
        WriteText(label.Note);
        WriteName(label.Actor.Id);
        to.Write((byte)label.Actor.Kind);
        WriteName(label.Actor.Team);
        to.Write((byte)label.Origin);
        WriteName(label.Shown?.Configuration);
        if (label.Shown is { } shown)
        {
            to.Write(shown.Score);
            to.Write((byte)shown.Band);
        }
        WriteName(label.Audit?.Design);
        if (label.Audit is { } audit)
        {
            WriteName(audit.Stratum);
            to.Write(audit.Probability);
        }
        WriteText(label.Undoes);
    }

    private Label ReadLabel() => new()
    {
        Id = ReadText()!,
        At = ReadTime()!.Value,
        ReceivedAt = ReadTime(),
        TicketId = new TicketId(ReadText()!),
        EpisodeId = ReadText() is { } episode ? new EpisodeId(episode) : null,
        MessageId = ReadText() is { } message ? new MessageId(message) : null,
        DecisionId = ReadText(),
        Kind = (LabelKind)from.ReadByte(),
        Needed = ReadFlag(),
        Frustrated = (FrustratedAnswer?)ReadOptional(),
        RightTeam = ReadName(),
        WrongSignals = ReadAll(() => ReadName()!),
        Reason = (DismissalReason?)ReadOptional(),
        Note = ReadText(),
        Actor = new Actor(ReadName()!, (ActorKind)from.ReadByte(), ReadName()),
        Origin = (LabelOrigin)from.ReadByte(),
        Shown = ReadName() is { } configuration ? new ShownRecommendation(from.ReadDouble(), (Band)from.ReadByte(), configuration) : null,
        Audit = ReadName() is { } design ? new AuditDraw(design, ReadName()!, from.ReadDouble()) : null,
        Undoes = ReadText(),
    };

    private void Write(Episode episode)
    {
        WriteText(episode.Id.Value);
        WriteText(episode.TicketId.Value);
        WriteText(episode.CustomerId.Value);
        Write(episode.OpenedAt);
        to.Write((byte)episode.OpenedBy);
        WriteText(episode.OpenedByMessage?.Value);
        to.Write((byte)episode.Band);
        to.Write(episode.Score);
        WriteName(string.Join('\n', episode.Triggers));
        Write(episode.Route);
        WriteName(episode.Team);
        WriteName(episode.FirstTeam);
        WriteName(episode.IncidentKey);
        to.Write((byte)episode.Status);
        Write(episode.SnoozedUntil);
        WriteText(episode.JudgedBy);
        Write(episode.FirstResolvedAt);
        Write(episode.EndedAt);
        to.Write7BitEncodedInt(episode.Reopened);
    }

    private Episode ReadEpisode() => new()
    {
        Id = new EpisodeId(ReadText()!),
        TicketId = new TicketId(ReadText()!),
        CustomerId = new CustomerId(ReadText()!),
        OpenedAt = ReadTime()!.Value,
        OpenedBy = (ActorKind)from.ReadByte(),
        OpenedByMessage = ReadText() is { } message ? new MessageId(message) : null,
        Band = (Band)from.ReadByte(),
        Score = from.ReadDouble(),
        Triggers = TriggersOf(ReadName()!),
        Route = ReadRoute(),
        Team = ReadName(),
        FirstTeam = ReadName(),
        IncidentKey = ReadName(),
        Status = (EpisodeStatus)from.ReadByte(),
        SnoozedUntil = ReadTime(),
        JudgedBy = ReadText(),
        FirstResolvedAt = ReadTime(),
        EndedAt = ReadTime(),
        Reopened = from.Read7BitEncodedInt(),
    };

    private void Write(Route? route)
    {
        WriteName(route?.Team);
        if (route is null) return;
        to.Write((byte)route.Priority);
        to.Write(route.SlaHours);
        WriteName(route.Calendar);
        Write(route.SlaDeadline);
        WriteName(route.Rule);
    }

    private Route? ReadRoute() =>
        ReadName() is { } team ? new Route(team, (TicketPriority)from.ReadByte(), from.ReadDouble(), ReadName()!, ReadTime()!.Value, ReadName()!) : null;

    private void Write(ArmCase arm)
    {
        WriteAll(arm.Episodes, Write);
        to.Write(arm.Memory is not null);
        if (arm.Memory is not { } memory) return;
        to.Write7BitEncodedInt(PlaceOf(memory.Latest, arm.Episodes) + 1);
        to.Write7BitEncodedInt(memory.Count);
        Write(memory.DismissedAt);
        WriteText(memory.JudgedBy);
    }

    private ArmCase ReadArm()
    {
        var episodes = ReadAll(() => new OpenedEpisode(ReadEpisode(), ReadName()));
        if (!from.ReadBoolean()) return new ArmCase(episodes, null);
        var latest = from.Read7BitEncodedInt() - 1;
        return new ArmCase(episodes, new EpisodeMemory(latest < 0 ? null : episodes[latest].Episode, from.Read7BitEncodedInt(), ReadTime(), ReadText()));
    }

    private void Write(OpenedEpisode opened)
    {
        Write(opened.Episode);
        WriteName(opened.Issue);
    }

    private static int PlaceOf(Episode? latest, IReadOnlyList<OpenedEpisode> episodes)
    {
        if (latest is null) return -1;
        for (var i = 0; i < episodes.Count; i++)
            if (ReferenceEquals(episodes[i].Episode, latest)) return i;
        throw new InvalidOperationException($"episode {latest.Id} of the book is not in the ledger");
    }

    private void WriteAll<T>(IReadOnlyList<T> items, Action<T> write)
    {
        to.Write7BitEncodedInt(items.Count);
        for (var i = 0; i < items.Count; i++) write(items[i]);
    }

    private T[] ReadAll<T>(Func<T> read)
    {
        var count = from.Read7BitEncodedInt();
        if (count == 0) return [];
        var items = new T[count];
        for (var i = 0; i < count; i++) items[i] = read();
        return items;
    }

    private void Write(Instant? time) => to.Write(time?.ToUnixTimeTicks() ?? long.MinValue);

    private Instant? ReadTime() => from.ReadInt64() is var ticks && ticks == long.MinValue ? null : Instant.FromUnixTimeTicks(ticks);

    private void Write(bool? flag) => WriteOptional(flag is { } known ? (byte)(known ? 1 : 0) : null);

    private bool? ReadFlag() => ReadOptional() is { } value ? value == 1 : null;

    private void WriteOptional(byte? value) => to.Write(value is { } known ? (byte)(known + 1) : (byte)0);

    private byte? ReadOptional() => from.ReadByte() is var value && value == 0 ? null : (byte)(value - 1);

    private void WriteText(string? text)
    {
        to.Write(text is not null);
        if (text is not null) to.Write(text);
    }

    private string? ReadText() => from.ReadBoolean() ? from.ReadString() : null;

    private void WriteName(string? name)
    {
        if (name is null)
        {
            to.Write7BitEncodedInt(0);
            return;
        }
        if (!numbers.TryGetValue(name, out var number))
        {
            names.Add(name);
            numbers.Add(name, number = names.Count);
        }
        to.Write7BitEncodedInt(number);
    }

    private string? ReadName() => from.Read7BitEncodedInt() is var number && number == 0 ? null : names[number - 1];

    private ImmutableSortedSet<string> TriggersOf(string joined)
    {
        if (!triggerSets.TryGetValue(joined, out var triggers)) triggerSets.Add(joined, triggers = joined.Length == 0 ? [] : [.. joined.Split('\n')]);
        return triggers;
    }

    private void WriteSlices(IReadOnlyList<string>? slices) => WriteName(slices is null ? null : string.Join('\n', slices));

    private IReadOnlyList<string>? ReadSlices()
    {
        if (ReadName() is not { } joined) return null;
        if (!sliceLists.TryGetValue(joined, out var slices)) sliceLists.Add(joined, slices = joined.Length == 0 ? [] : joined.Split('\n'));
        return slices;
    }
}
