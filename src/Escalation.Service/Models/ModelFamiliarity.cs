using Escalation.Core.Decisions;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Storage;
using Escalation.Trainer.Drift;
using NodaTime;

namespace Escalation.Service.Models;

/// <summary>Whether the frustration model in force knows messages like those of this site; looked at again every few minutes, when somebody asks.</summary>
/// <remarks>Thread-safe; two callers at once may both look.</remarks>
internal sealed class ModelFamiliarity(ModelRegistry models, MessageStore messages, TimeProvider time)
{
    private const int MostMessages = 500;
    private static readonly Duration Fresh = Duration.FromMinutes(10);

    private volatile Look? last;

    /// <summary>How familiar the latest customers' messages are; null without a model, with too few messages, or where the model's files cannot be read.</summary>
    /// <param name="model">The version in force; null = none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<SiteFamiliarity?> OfAsync(ModelVersion? model, CancellationToken cancellation)
    {
        if (model is not { } version) return null;
        if (last is { Found: not null } known && known.Model == version && time.Now() - known.At < Fresh) return known.Found;
        var texts = (await messages.LatestTextsAsync(MostMessages, cancellation)).Select(t => TextCleaner.Clean(t).Text).Where(t => !string.IsNullOrWhiteSpace(t)).ToList();
        var found = EntryOf(version) is { } entry ? Of(entry, texts) : null;
        last = new Look(version, time.Now(), found);
        return found;
    }

    private static SiteFamiliarity? Of(ModelEntry entry, List<string> texts)
    {
        try
        {
            return SiteFamiliarity.Of(entry, texts);
        }
        catch (ModelFormatException)
        {
            return null;        // the follower says what is wrong with it
        }
    }

    private ModelEntry? EntryOf(ModelVersion version)
    {
        try
        {
            return models.List(FrustrationModel.Target).FirstOrDefault(e => e.Folder is null || version.Value.StartsWith(e.Version, StringComparison.Ordinal));
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private sealed record Look(ModelVersion Model, Instant At, SiteFamiliarity? Found);
}
