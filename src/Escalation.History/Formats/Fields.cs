using System.Text;

namespace Escalation.History.Formats;

/// <summary>The kinds of records that history holds.</summary>
public enum RecordType { Message, Event, Customer, Identity, Shift, Label }

/// <summary>Every field of every record type; the written name is the same in camelCase.</summary>
public enum Field : byte
{
    Type, Id, Source, ExternalId, Revision, TicketId, CustomerId, Channel, At, ReceivedAt, Author, AgentId, Team, Public, Subject, Text, ThreadId, InReplyTo,
    Language, Brand, Product, Attributes, Kind, Actor, ToTicket, Minutes, Status, Priority, Tags, Assignee, Until, EpisodeId, Band, ValidFrom, LifetimeValue,
    Currency, Tier, Address, Linked, Unlinked, Attested, From, To, MessageId, DecisionId, Needed, Frustrated, RightTeam, WrongSignals, Reason, Note, Origin,
    Shown, Audit, Undoes,
}

internal enum FieldShape : byte { Word, Text, Time, Integer, Number, Flag, Words, Object }

/// <summary>What fields there are, how they are written, and which type has which.</summary>
internal static class Fields
{
    public const int Count = (int)Field.Undoes + 1;
    private const int Slots = 256;

    private static readonly string[] Names = [.. Enum.GetNames<Field>().Select(n => char.ToLowerInvariant(n[0]) + n[1..])];
    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];
    private static readonly FieldShape[] Shapes = [.. Enum.GetValues<Field>().Select(ShapeOf)];
    private static readonly short[] Table = MakeTable();

    public static readonly ulong[] Allowed = [.. Enum.GetValues<RecordType>().Select(t => Mask(AllowedOf(t)) | Bit(Field.Type) | Bit(Field.ReceivedAt))];
    public static readonly Field[][] Required = [.. Enum.GetValues<RecordType>().Select(RequiredOf)];

    public static ulong Bit(Field field) => 1ul << (int)field;

    public static string Name(Field field) => Names[(int)field];

    public static FieldShape Shape(Field field) => Shapes[(int)field];

    /// <summary>The field of a written name; false where there is none of exactly that name.</summary>
    public static bool TryFind(ReadOnlySpan<byte> name, out Field field)
    {
        field = default;
        if (name.IsEmpty) return false;
        for (var slot = Slot(name); Table[slot] >= 0; slot = (slot + 1) & (Slots - 1))
            if (name.SequenceEqual(Utf8Names[Table[slot]]))
            {
                field = (Field)Table[slot];
                return true;
            }
        return false;
    }

    /// <summary>The names that a type allows, for messages to people.</summary>
    public static string NamesOf(RecordType type) =>
        string.Join(", ", Enum.GetValues<Field>().Where(f => (Allowed[(int)type] & Bit(f)) != 0).Select(Name));

    private static int Slot(ReadOnlySpan<byte> name) => (name.Length * 37 + name[0] * 5 + name[^1] * 11 + name[name.Length >> 1]) & (Slots - 1);

    private static short[] MakeTable()
    {
        var table = new short[Slots];
        Array.Fill(table, (short)-1);
        for (short i = 0; i < Utf8Names.Length; i++)
        {
            var slot = Slot(Utf8Names[i]);
            while (table[slot] >= 0) slot = (slot + 1) & (Slots - 1);
            table[slot] = i;
        }
        return table;
    }

    private static ulong Mask(Field[] fields)
    {
        var mask = 0ul;
        foreach (var field in fields) mask |= Bit(field);
        return mask;
    }

    private static FieldShape ShapeOf(Field field) => field switch
    {
        Field.Text or Field.Subject or Field.Note or Field.Id or Field.ExternalId => FieldShape.Text,
        Field.At or Field.ReceivedAt or Field.Until or Field.ValidFrom or Field.From or Field.To => FieldShape.Time,
        Field.Revision => FieldShape.Integer,
        Field.Minutes or Field.LifetimeValue => FieldShape.Number,
        Field.Public or Field.Linked or Field.Unlinked or Field.Attested or Field.Needed => FieldShape.Flag,
        Field.Tags or Field.WrongSignals => FieldShape.Words,
        Field.Attributes or Field.Actor or Field.Shown or Field.Audit => FieldShape.Object,
        _ => FieldShape.Word,
    };

    private static Field[] AllowedOf(RecordType type) => type switch
    {
        RecordType.Message =>
        [
            Field.Id, Field.Source, Field.ExternalId, Field.Revision, Field.TicketId, Field.CustomerId, Field.Channel, Field.At, Field.Author, Field.AgentId,
            Field.Team, Field.Public, Field.Subject, Field.Text, Field.ThreadId, Field.InReplyTo, Field.Language, Field.Brand, Field.Product, Field.Attributes,
        ],
        RecordType.Event =>
        [
            Field.Id, Field.TicketId, Field.At, Field.Kind, Field.Actor, Field.Team, Field.ToTicket, Field.Public, Field.Minutes, Field.Status, Field.Priority,
            Field.Tags, Field.Assignee, Field.Until, Field.EpisodeId, Field.Band,
        ],
        RecordType.Customer => [Field.Id, Field.ValidFrom, Field.LifetimeValue, Field.Currency, Field.Tier],
        RecordType.Identity => [Field.Id, Field.CustomerId, Field.Channel, Field.Address, Field.At, Field.Linked, Field.Unlinked, Field.Attested],
        RecordType.Shift => [Field.Id, Field.AgentId, Field.Team, Field.From, Field.To],
        _ =>
        [
            Field.Id, Field.At, Field.TicketId, Field.EpisodeId, Field.MessageId, Field.DecisionId, Field.Kind, Field.Needed, Field.Frustrated, Field.RightTeam,
            Field.WrongSignals, Field.Reason, Field.Note, Field.Actor, Field.Origin, Field.Shown, Field.Audit, Field.Undoes,
        ],
    };

    private static Field[] RequiredOf(RecordType type) => type switch
    {
        RecordType.Message => [Field.Id, Field.Source, Field.ExternalId, Field.CustomerId, Field.Channel, Field.At, Field.Author, Field.Text],
        RecordType.Event => [Field.Id, Field.TicketId, Field.At, Field.Kind, Field.Actor],
        RecordType.Customer => [Field.Id, Field.ValidFrom],
        RecordType.Identity => [Field.CustomerId, Field.Channel, Field.Address, Field.At],
        RecordType.Shift => [Field.AgentId, Field.Team, Field.From, Field.To],
        _ => [Field.Id, Field.At, Field.TicketId, Field.Kind, Field.Actor, Field.Origin],
    };
}
