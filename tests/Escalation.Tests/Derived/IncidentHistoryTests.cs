using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using NodaTime;

namespace Escalation.Tests.Derived;

public sealed class IncidentHistoryTests
{
    private static readonly ContextFacts Checkout = Some.Context("checkout", IssueType.Technical);

    private static IncidentHistory History(bool rate = true, int minCount = 5) => new(Policy.Default.Incident with { Rate = rate, MinCount = minCount });

    private static IncidentFacts Take(IncidentHistory history, int minute, string customer, ContextFacts? context = null)
    {
        var message = Some.Message(at: Some.Noon + Duration.FromMinutes(minute), customer: customer, ticket: "t-" + customer);
        var facts = history.FactsOf(message, context ?? Checkout);
        history.Add(message, context ?? Checkout);
        return facts;
    }

    [Fact]
    public void The_fifth_distinct_customer_within_the_hour_makes_an_incident()
    {
        var history = History();
        for (var i = 0; i < 4; i++) Assert.False(Take(history, i, "c" + i).Active);
        var fifth = Take(history, 4, "c4");
        Assert.Equal((true, 5, "product=checkout issueType=technical"), (fifth.Active, fifth.Customers, fifth.Key));
    }

    [Fact]
    public void One_customer_writing_five_times_is_no_incident()
    {
        var history = History();
        for (var i = 0; i < 6; i++) Assert.Equal(1, Take(history, i, "c1").Customers);
        Assert.False(Take(history, 7, "c1").Active);
    }

    [Fact]
    public void The_window_is_open_on_its_left_end()
    {
        var history = History(rate: false, minCount: 2);
        Take(history, 0, "c1");
        Assert.Equal(1, Take(history, 60, "c2").Customers);
        var other = History(rate: false, minCount: 2);
        Take(other, 1, "c1");
        Assert.Equal(2, Take(other, 60, "c2").Customers);
    }

    [Fact]
    public void Unknown_product_or_customer_makes_no_key_and_no_count()
    {
        var history = History(rate: false, minCount: 2);
        Assert.False(Take(history, 0, "c1", Some.Context("checkout")).KeyKnown);
        Take(history, 1, "", Checkout);
        Take(history, 2, "", Checkout);
        Assert.Equal(1, Take(history, 3, "c1").Customers);
    }

    [Fact]
    public void Complaints_of_the_service_make_no_incident_where_only_technical_issues_can()
    {
        var history = new IncidentHistory(Policy.Default.Incident with { Rate = false, MinCount = 2, IssueTypes = ["technical"] });
        var complaint = Some.Context("checkout", IssueType.Service);
        Take(history, 0, "c1", complaint);
        Assert.False(Take(history, 1, "c2", complaint).KeyKnown);
        Take(history, 2, "c3");
        Assert.True(Take(history, 3, "c4").Active);
    }

    [Fact]
    public void A_busy_product_needs_more_than_five()
    {
        var history = History();
        for (var hour = -600; hour < 0; hour++)
            for (var i = 0; i < 5; i++) Take(history, hour * 60 + i, $"regular{i}");
        IncidentFacts last = IncidentFacts.None;
        for (var i = 0; i < 7; i++) last = Take(history, 30 + i, "c" + i);
        Assert.Equal(7, last.Customers);
        Assert.False(last.Active);
        Assert.InRange(last.UsualRate, 4.7, 5.1);
    }

    [Fact]
    public void The_usual_rate_is_one_in_a_day_before_anything_was_seen() =>
        Assert.Equal(Rounding.Score(1 / 24d), Take(History(), 0, "c1").UsualRate);

    [Fact]
    public void An_incident_stays_active_until_sixty_quiet_minutes()
    {
        var history = History();
        for (var i = 0; i < 5; i++) Take(history, 0, "c" + i);
        Assert.True(Take(history, 60, "late").Active);
        Assert.True(Take(history, 120, "later").Active);
        Assert.False(Take(history, 181, "too late").Active);
    }

    [Fact]
    public void The_message_that_makes_it_active_names_the_earlier_tickets()
    {
        var history = History();
        for (var i = 0; i < 4; i++) Take(history, i, "c" + i);
        var message = Some.Message(at: Some.Noon + Duration.FromMinutes(5), customer: "c9", ticket: "t9");
        var started = history.Add(message, Checkout);
        Assert.Equal(["t-c0", "t-c1", "t-c2", "t-c3"], started!.EarlierTickets.Select(t => t.Value));
        Assert.Null(history.Add(Some.Message(at: Some.Noon + Duration.FromMinutes(6), customer: "c10"), Checkout));
    }

    [Fact]
    public void A_message_that_arrives_late_counts_where_it_happened()
    {
        var history = History(rate: false, minCount: 3);
        Take(history, 0, "c1");
        Take(history, 90, "c2");
        Assert.Equal(2, Take(history, 10, "c3").Customers);
        Assert.Equal(2, Take(history, 95, "c4").Customers);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Whatever_comes_late_or_out_of_order_the_counts_are_those_of_a_walk_over_the_whole_list(int seed)
    {
        var (random, history, hour, baseline) = (new Random(seed), History(), Duration.FromHours(1), Duration.FromDays(28));
        var held = new List<(Instant At, string Customer, bool FirstInHour)>();
        var hours = new HashSet<(long, string)>();
        var first = Instant.MaxValue;
        for (var (i, minute) = (0, 0d); i < 3_000; i++, minute += random.NextDouble() * 40)
        {
            var late = random.Next(10) switch { 0 => random.NextDouble() * 90, 1 => random.NextDouble() * 60 * 24 * 40, 2 => -random.NextDouble() * 180, _ => 0 };
            var at = Some.Noon + Duration.FromMinutes(minute - late);
            var customer = "c" + random.Next(12);
            var message = Some.Message(at: at, customer: customer, ticket: "t-" + customer);

            var facts = history.FactsOf(message, Checkout);
            Assert.Equal(held.Where(t => t.At > at - hour && t.At <= at).Select(t => t.Customer).Append(customer).Distinct().Count(), facts.Customers);
            Assert.Equal(UsualRate(at - hour), facts.UsualRate);

            history.Add(message, Checkout);
            first = Instant.Min(first, at);
            held.Add((at, customer, hours.Add((HourOf(at), customer))));
            foreach (var gone in held.Where(t => t.At <= at - hour - baseline && t.FirstInHour)) hours.Remove((HourOf(gone.At), gone.Customer));
            held.RemoveAll(t => t.At <= at - hour - baseline);
        }

        double UsualRate(Instant from)
        {
            var observed = first < from ? (from - Instant.Max(first, from - baseline)).TotalHours : 0;
            return Rounding.Score((1 + held.Count(t => t.FirstInHour && t.At > from - baseline && t.At <= from)) / (24 + observed));
        }

        static long HourOf(Instant at) => Math.DivRem(at.ToUnixTimeSeconds(), 3600).Quotient;
    }

    [Theory, InlineData(5, .04, 8.24e-10), InlineData(5, 1.0, .00365985), InlineData(1, 2.0, .86466472), InlineData(0, 3.0, 1.0)]
    public void Poisson_tails_are_exact_far_out(int n, double mean, double expected) => Assert.Equal(expected, Poisson.Tail(n, mean), expected * .002);
}
