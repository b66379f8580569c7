using Escalation.Storage;

namespace Escalation.Service.Notifications;

/// <summary>What becomes of notices about one kind of subject: whether they are still needed, and what they say as things stand.</summary>
/// <remarks>Thread-safe.</remarks>
internal interface INoticeHandler
{
    private static readonly IReadOnlyDictionary<string, double> Unranked = new Dictionary<string, double>();

    /// <summary>Why a notice is not needed any more; null where it is.</summary>
    Task<string?> StopOf(NotificationRecord record, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>The band that may get through outside a recipient's hours, by its written name; null where there is none.</summary>
    Task<string?> BandOf(NotificationRecord record, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>What a notice says.</summary>
    /// <param name="record">The notification.</param>
    /// <param name="payload">The notice's own JSON.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<NotificationFacts> FactsOf(NotificationRecord record, string payload, CancellationToken cancellation);

    /// <summary>Its line among many that go out together.</summary>
    Task<string> ItemOf(NotificationRecord record, CancellationToken cancellation) => Task.FromResult($"{record.Kind.Replace('_', ' ')}: {record.Subject}");

    /// <summary>How pressing notifications are, by their ids: of many that go out together the highest come first. One that is left out is 0.</summary>
    Task<IReadOnlyDictionary<string, double>> RanksOf(IReadOnlyList<NotificationRecord> records, CancellationToken cancellation) => Task.FromResult(Unranked);
}
