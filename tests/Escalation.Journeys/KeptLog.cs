using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Escalation.Journeys;

/// <summary>A log that a test can read.</summary>
internal sealed class KeptLog : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    /// <summary>Everything of at least the level of an error.</summary>
    public IReadOnlyList<string> Errors => [.. lines.Where(l => l.Level >= LogLevel.Error).Select(l => l.Text)];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue((logLevel, formatter(state, exception)));
}
