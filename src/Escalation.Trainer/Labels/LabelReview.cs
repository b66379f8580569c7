using Escalation.Core.Derived;
using Escalation.Core.Decisions;

namespace Escalation.Trainer.Labels;

/// <summary>What a review is asked for.</summary>
public sealed record LabelReviewOptions
{
    /// <summary>Likely errors to put before people.</summary>
    public int Suspects { get; init; } = 50;

    /// <summary>Messages to draw for a blind audit; 0 = none.</summary>
    public int Audit { get; init; }

    /// <summary>The audit's name.</summary>
    public string Design { get; init; } = "audit";

    /// <summary>Messages to choose for learning; 0 = none.</summary>
    public int Queue { get; init; }

    /// <summary>Of folds and draws.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>The state of the labels, and what people should look at next. Nothing is deleted and nothing is changed by it.</summary>
/// <param name="Labels">Answers looked at.</param>
/// <param name="Suspects">Likely errors; null with a problem.</param>
/// <param name="SuspectsProblem">Why there are none; null with them.</param>
/// <param name="Disagreements">Where people disagree.</param>
/// <param name="Groups">Annotators and channels beside all others.</param>
/// <param name="Items">What people should look at: likely errors, disagreements, audit, queue.</param>
public sealed record LabelReview(
    int Labels, SuspectLabels? Suspects, string? SuspectsProblem, Disagreements Disagreements, IReadOnlyList<LabelGroup> Groups, IReadOnlyList<ReviewItem> Items)
{
    private const int MostDisagreements = 50;

    /// <summary>Looks at the labels.</summary>
    /// <param name="labels">Every answer that was not taken back.</param>
    /// <param name="unlabelled">Messages of which nobody said anything.</param>
    /// <param name="model">Scores those; null = no audit and no queue.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellation">Ends within one pass over the rows.</param>
    public static LabelReview Of(
        IReadOnlyList<GivenLabel> labels, IReadOnlyList<ReviewedMessage> unlabelled, IFrustrationModel? model, LabelReviewOptions options, CancellationToken cancellation)
    {
        var probabilities = OutOfFoldProbabilities.Compute(labels, options.Seed, out var problem, cancellation);
        var suspects = probabilities is null ? null : SuspectLabels.Of(labels, probabilities);
        var disagreements = Disagreements.Of(labels);
        var items = new List<ReviewItem>();
        items.AddRange((suspects?.Ranked ?? []).Where(s => s.Suspicion > .5).Take(options.Suspects).Select(s => new ReviewItem(s.Label.Message, ReviewReason.Suspect, null)));
        items.AddRange(disagreements.Cases.Take(MostDisagreements).Select(c => new ReviewItem(c.Message, ReviewReason.Disagreement, null)));
        if (model is not null)
        {
            double Probability(string text) => Rounding.ModelOutput(model.Score(text));
            var drawn = options.Audit > 0 ? AuditSample.Draw(unlabelled, Probability, options.Audit, options.Design, options.Seed) : [];
            var taken = drawn.Select(d => d.Message.Id).ToHashSet(StringComparer.Ordinal);
            items.AddRange(drawn.Select(d => new ReviewItem(d.Message, ReviewReason.Audit, d.Draw)));
            if (options.Queue > 0)
                items.AddRange(LearningQueue.Choose([.. unlabelled.Where(m => !taken.Contains(m.Id))], Probability, options.Queue).Select(m => new ReviewItem(m, ReviewReason.Queue, null)));
        }
        return new LabelReview(labels.Count, suspects, problem, disagreements, suspects is null ? [] : LabelGroups.Of(suspects.Ranked), [.. items.DistinctBy(i => i.Message.Id, StringComparer.Ordinal)]);
    }
}
