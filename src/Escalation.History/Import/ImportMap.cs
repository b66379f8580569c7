using NodaTime;

namespace Escalation.History.Import;

/// <summary>How the columns of a foreign file become fields of history.</summary>
/// <remarks>Immutable. Read by <see cref="ImportMapParser"/>. Source: "Import map" in CONTRACTS.md.</remarks>
public sealed record ImportMap
{
    /// <summary>The map's file, for problems.</summary>
    public required string File { get; init; }

    /// <summary>What each row becomes; the first is the main record.</summary>
    public required IReadOnlyList<RecordMap> Records { get; init; }

    /// <summary>Columns that are kept as attributes of messages, by their own names.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Stands in "ignore" for every column that is named nowhere else.</summary>
    public const string AllOthers = "*";

    /// <summary>Columns that are known and left out; <see cref="AllOthers"/> for all that nothing else names.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Between the cells of a CSV.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Name of the file's encoding.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>A .NET date format; null = RFC 3339, with or without offset.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>How tickets are made where the source has none; null = each message is its own.</summary>
    public TicketMaking? Tickets { get; init; }
}

/// <summary>One record made of each row.</summary>
/// <param name="Type">What it becomes.</param>
/// <param name="Fields">Its fields by their written name, for example <c>text</c> or <c>actor.kind</c>.</param>
/// <param name="When">Rows that give this record; null = all.</param>
public sealed record RecordMap(Formats.RecordType Type, IReadOnlyDictionary<string, FieldSource> Fields, RowCondition? When);

/// <summary>Where a field's text comes from: exactly one of column, value and template.</summary>
/// <param name="Column">A column.</param>
/// <param name="Value">The same for all rows.</param>
/// <param name="Template">A text with <c>{column}</c> in it.</param>
/// <param name="Map">The column's values and what they become; a value that is not there is a problem of the row.</param>
public sealed record FieldSource(string? Column, string? Value, string? Template, IReadOnlyDictionary<string, string>? Map);

/// <summary>Which rows give a record: those whose column is not blank, and holds what is asked.</summary>
/// <param name="Column">The column.</param>
/// <param name="IsEqualTo">The value it must hold; null = any.</param>
/// <param name="DiffersFrom">A column whose value it must not have; null = none.</param>
public sealed record RowCondition(string Column, string? IsEqualTo, string? DiffersFrom);

/// <summary>What makes messages one ticket.</summary>
public enum TicketsBy { Customer, Thread }

/// <summary>Tickets for sources without: by the chain of answers, or by customer and brand, with a gap that starts a new one.</summary>
/// <param name="By">Thread: messages that answer one another or the same message share a ticket, others go by customer.</param>
/// <param name="Gap">Silence of a customer towards a brand that starts a new ticket.</param>
public sealed record TicketMaking(TicketsBy By, Duration Gap)
{
    /// <summary>In words, for the summary of an import.</summary>
    public override string ToString() => By == TicketsBy.Thread
        ? FormattableString.Invariant($"one for each chain of answers; a message without one joins the customer's latest ticket with the brand unless {Gap.TotalHours:0.#} hours have passed")
        : FormattableString.Invariant($"one for each run of a customer's messages to a brand, ended by {Gap.TotalHours:0.#} hours of silence");
}
