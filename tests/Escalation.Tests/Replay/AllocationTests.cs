using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.View;
using Escalation.Tests.Inference;

namespace Escalation.Tests.Replay;

/// <summary>What a decision leaves for the collector, over the bundled history with the bundled rules and model.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Deriving_and_deciding_leaves_at_most_a_kilobyte_a_message()
    {
        var configuration = ConfigurationLoader.Load(new ConfigurationRequest(Path.Combine(SomeModel.Repository, "rules"), Path.Combine(SomeModel.Repository, "models"))).Configuration!;
        var source = HistorySource.Open([Path.Combine(SomeModel.Repository, "data", "history")], new HistoryReadOptions { Workers = 1 }, out _)!;
        List<HistoryRecord> records = [.. source.Read(TestContext.Current.CancellationToken)];
        Walk(records, configuration);
        var (messages, decided, bytes) = Walk(records, configuration);
        Assert.Equal(3000, messages);
        Assert.True(bytes <= 1024 * messages, $"{bytes / messages} bytes a message");
        Assert.True(bytes <= 1280 * decided, $"{bytes / decided} bytes a decision");
    }

    private static (int Messages, int Decided, long Bytes) Walk(List<HistoryRecord> records, Configuration configuration)
    {
        var (view, incidents) = (new HistoryView(), new IncidentHistory(configuration.Policy.Incident));
        var (messages, decided, bytes) = (0, 0, 0L);
        foreach (var record in records)
        {
            if (record is not Message message)
            {
                view.Add(record);
                continue;
            }
            messages++;
            var observed = new ObservedMessage(message);
            if (message.Author == Author.Customer)
            {
                var facts = view.Observe(observed);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var derived = Derivation.Derive(facts, incidents, configuration);
                DecisionEngine.Decide(derived, configuration);
                bytes += GC.GetAllocatedBytesForCurrentThread() - before;
                decided++;
                if (message.Revision == 0) incidents.Add(message, derived.Context);
            }
            view.Add(observed);
        }
        return (messages, decided, bytes);
    }
}
