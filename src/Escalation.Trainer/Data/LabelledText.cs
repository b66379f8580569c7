using Escalation.Inference.Registry;
using NodaTime;

namespace Escalation.Trainer.Data;

/// <summary>One text and what people said of it.</summary>
/// <param name="Text">The message as scored: quoted mail and signatures taken out.</param>
/// <param name="Positive">Whether the customer was frustrated.</param>
/// <param name="CustomerId">Who wrote it; null = unknown, and then nobody else's.</param>
/// <param name="At">When it was written; null = unknown.</param>
/// <param name="Id">Names the row in errors.</param>
/// <param name="Weight">How many rows it stands for, above 0: 1, or the inverse of its chance of being drawn for a label.</param>
/// <param name="Channel">For slices; null = unknown.</param>
/// <param name="Tier">The customer's tier, for slices; null = unknown.</param>
/// <param name="Team">The right team, where that is the question; null where it is frustration.</param>
/// <param name="Source">How the label came about, for the card: <c>agent</c>, <c>audit</c>, <c>review</c>, <c>import</c>, <c>generated</c>; null = unknown.</param>
public sealed record LabelledText(
    string Text, bool Positive, string? CustomerId, Instant? At, string Id, float Weight = 1, string? Channel = null, string? Tier = null, string? Team = null, string? Source = null)
{
    /// <summary>The answer in a word, as <see cref="ModelRow.Label"/> keeps it.</summary>
    public string Label => Team ?? (Positive ? ModelRow.Yes : ModelRow.No);
}

/// <summary>Where training rows come from: a CSV file, or the labels of the database.</summary>
public interface ITrainingSource
{
    /// <summary>Every row, or every problem.</summary>
    Task<TrainingRows> ReadAsync(CancellationToken cancellation);
}

/// <summary>What a source gave.</summary>
/// <param name="Name">The source, for the card.</param>
/// <param name="Sha256">Hash of the source's bytes or rows, 64 hex digits.</param>
/// <param name="Rows">In the source's order.</param>
/// <param name="Problems">What is wrong where; training needs an empty list.</param>
public sealed record TrainingRows(string Name, string Sha256, IReadOnlyList<LabelledText> Rows, IReadOnlyList<string> Problems)
{
    /// <summary>What the source itself says about the rows; see <see cref="RowNotes"/> for the rest.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Customers' messages a day, labelled or not, for thresholds by capacity; null = unknown.</summary>
    public double? MessagesADay { get; init; }
}
