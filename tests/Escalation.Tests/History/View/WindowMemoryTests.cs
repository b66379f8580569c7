using System.Runtime.CompilerServices;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using NodaTime;

namespace Escalation.Tests.History.View;

/// <summary>What the windows of a service that runs for months keep of a message.</summary>
public sealed class WindowMemoryTests
{
    [Fact]
    public void A_message_takes_80_bytes_in_place()
    {
        Assert.Equal(56, Unsafe.SizeOf<Observation>());
        Assert.Equal(24, Unsafe.SizeOf<TicketEntry>());
    }

    [Fact]
    public void Neither_a_message_nor_an_event_nor_any_text_of_theirs_stays()
    {
        var view = new HistoryView(ViewRetention.WithoutTexts);
        var taken = Enumerable.Range(0, 3).SelectMany(i => Take(view, i)).ToList();
        GC.Collect();
        Assert.All(taken, t => Assert.False(t.Text.IsAlive, t.Name + " is kept"));
        Assert.Equal(6, view.Observe(new ObservedMessage(Some.Message(at: Some.Noon + Duration.FromHours(1), customer: "c1", ticket: "t1"))).Recent.Count);
    }

    /// <remarks>Not inlined, so that no local of it holds anything.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<(string Name, WeakReference Text)> Take(HistoryView view, int number)
    {
        var (at, ticket, id, source, text, status) = (Some.Noon + Duration.FromMinutes(number), Own("t1"), Own($"m{number}"), Own("desk"), Own("Where is it?"), Own("open"));
        var message = Some.Message(text, at: at, customer: "c1") with { Id = id, ExternalId = id, Source = source, TicketId = new TicketId(ticket) };
        var observed = new ObservedMessage(message);
        observed.TextFacts(SomeRules.Configuration.Analyzer);
        view.Add(observed);
        var happened = Some.Event(EventKind.StatusChanged, at, "t1") with { Id = Own($"e{number}"), Status = status };
        view.Add(happened);
        List<(string Name, object Kept)> all = [("the message", message), ("its id", id), ("its source", source), ("its text", text), ("the event", happened)];
        if (number > 0) all.AddRange([("its ticket's name", ticket), ("the event's status", status)]);      // the first are the ones that are shared
        return [.. all.Select(a => (a.Name, new WeakReference(a.Kept)))];
    }

    private static string Own(string text) => new(text.AsSpan());
}
