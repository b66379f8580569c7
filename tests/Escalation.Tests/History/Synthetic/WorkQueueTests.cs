using Escalation.History.Synthetic;
using NodaTime;

namespace Escalation.Tests.History.Synthetic;

public sealed class WorkQueueTests
{
    private static readonly Instant Monday = Instant.FromUtc(2025, 1, 6, 0, 0);
    private readonly Workforce workforce = new(1, hasQueue: true);

    [Fact]
    public void An_agent_does_one_thing_at_a_time_within_the_shift_and_nobody_is_free_while_work_waits()
    {
        var queue = new WorkQueue(workforce);
        var random = new SyntheticRandom(3);
        var (ready, booked) = (Monday, new List<(Instant Ready, Booking Booking)>());
        for (var i = 0; i < 300; i++)
        {
            ready += Duration.FromMinutes(random.Between(0, 30));
            booked.Add((ready, queue.Book("billing", ready, Duration.FromMinutes(20))));
        }
        foreach (var own in booked.Select(b => b.Booking).GroupBy(b => b.Agent.Id))
        {
            var number = Enumerable.Range(0, 4).Single(i => workforce.AgentsOf("billing")[i].Id == own.Key);
            var inOrder = own.OrderBy(b => b.Begin).ToList();
            foreach (var (one, next) in inOrder.Zip(inOrder.Skip(1))) Assert.True(one.End <= next.Begin, $"{own.Key} is busy with two things at {next.Begin}");
            foreach (var each in inOrder) Assert.True(workforce.ShiftOf("billing", number, workforce.Local(each.Begin).Date) is { } shift && shift.From <= each.Begin && each.Begin < shift.To, $"{own.Key} begins at {each.Begin}, off shift");
        }
        // What is equally long and comes in order is begun in order.
        Assert.Equal(booked.Select(b => b.Booking.Begin).Order(), booked.Select(b => b.Booking.Begin));
        Assert.All(booked, b => Assert.True(b.Booking.Begin >= b.Ready));
    }

    [Fact]
    public void What_is_given_back_is_free_for_others()
    {
        var queue = new WorkQueue(workforce);
        var noon = Monday + Duration.FromHours(17);
        var whole = Duration.FromHours(1);
        var (first, second, third) = (queue.Book("fraud", noon, whole), queue.Book("fraud", noon, whole), queue.Book("fraud", noon, whole));
        Assert.Equal((noon, noon + whole, noon + whole * 2), (first.Begin, second.Begin, third.Begin));
        queue.End(second, second.Begin + WorkQueue.Look);
        Assert.Equal(second.Begin + WorkQueue.Look, queue.Book("fraud", noon, Duration.FromMinutes(30)).Begin);
    }
}
