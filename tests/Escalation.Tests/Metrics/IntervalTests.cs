using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Tests.Metrics;

public sealed class IntervalTests
{
    [Fact]
    public void Wilson_of_8_in_10_by_hand()
    {
        // z = 1.96, z2 = 3.8415; middle = (.8 + 3.8415/20) / (1 + .38415) = .99207/1.38415 = .71674
        // half = 1.96/1.38415 x sqrt(.8 x .2/10 + 3.8415/400) = 1.41600 x sqrt(.016 + .0096036) = 1.41600 x .16001 = .22658
        var (low, high) = Wilson.Interval(.8, 10);
        Assert.Equal(.4902, low, 4);
        Assert.Equal(.9433, high, 4);
    }

    [Theory]
    [InlineData(0, 10, 0, .2775)]     // z2 / (n + z2) = 3.8415/13.8415
    [InlineData(1, 10, .7225, 1)]
    [InlineData(0, 1, 0, .7935)]
    public void Wilson_at_none_and_all_is_one_sided(double share, double n, double low, double high)
    {
        var found = Wilson.Interval(share, n);
        Assert.Equal(low, found.Low, 4);
        Assert.Equal(high, found.High, 4);
    }

    [Fact]
    public void Rows_of_different_customers_get_the_interval_of_Wilson()
    {
        var figure = Sample(Enumerable.Range(0, 10).Select(i => ($"c{i}", i < 8))).Estimate();
        Assert.Equal((.8, 10, "share", MetricStatus.Ok), (figure.Value, figure.N, figure.Unit, figure.Status));
        Assert.Equal(.4902, figure.Low!.Value, 4);
        Assert.Equal(.9433, figure.High!.Value, 4);
    }

    [Fact]
    public void Rows_of_the_same_customers_get_a_wider_interval()
    {
        var alone = Sample(Enumerable.Range(0, 200).Select(i => ($"c{i}", i % 2 == 0))).Estimate();
        var clustered = Sample(Enumerable.Range(0, 200).Select(i => ($"c{i / 10}", i / 10 % 2 == 0))).Estimate();   // 20 customers of one mind each
        Assert.Equal(.5, clustered.Value);
        Assert.True(Width(clustered) > 2 * Width(alone), $"{Width(clustered)} against {Width(alone)}; with 20 minds, not 200, it is sqrt(10) times as wide");
    }

    [Fact]
    public void Customers_that_all_agree_count_once_each()
    {
        var figure = Sample(Enumerable.Range(0, 100).Select(i => ($"c{i / 25}", true))).Estimate();   // 4 customers
        Assert.Equal((1d, Wilson.Interval(1, 4).Low, 1d), (figure.Value!.Value, figure.Low!.Value, figure.High!.Value), Within(1e-8));
    }

    [Fact]
    public void Tickets_of_unknown_customers_stand_alone()
    {
        var sample = new RatioSample(MetricValue.Share, isShare: true);
        for (var i = 0; i < 10; i++) sample.Add(new Cluster(CustomerId.Unknown, new TicketId($"t{i}")), i < 8);
        Assert.Equal(10, sample.Customers);
        Assert.Equal(.4902, sample.Estimate().Low!.Value, 4);
    }

    [Fact]
    public void The_same_rows_in_any_order_get_the_same_interval()
    {
        var rows = Enumerable.Range(0, 300).Select(i => ($"c{i % 37}", i % 7 < 3)).ToList();
        Assert.Equal(Sample(rows).Estimate(), Sample(Enumerable.Reverse(rows)).Estimate());
    }

    [Fact]
    public void The_bootstrap_of_a_mean_agrees_with_the_normal_one_on_many_customers()
    {
        var sample = new RatioSample(MetricValue.Hours, isShare: false);
        for (var i = 0; i < 2000; i++) sample.Add(Of($"c{i}"), i % 100);   // mean 49.5, standard deviation sqrt((100^2 - 1)/12) = 28.866
        var figure = sample.Estimate();
        var half = 1.96 * 28.866 / Math.Sqrt(2000);                        // 1.265
        Assert.Equal(49.5, figure.Value);
        Assert.InRange(figure.Low!.Value, 49.5 - 1.15 * half, 49.5 - .85 * half);
        Assert.InRange(figure.High!.Value, 49.5 + .85 * half, 49.5 + 1.15 * half);
    }

    [Fact]
    public void The_bootstrap_is_as_good_where_a_hundred_thousand_customers_are_of_four_kinds()
    {
        var sample = new RatioSample(MetricValue.Share, isShare: true);
        for (var i = 0; i < 100_000; i++)
        {
            sample.Add(Of($"c{i}"), i % 50 == 0);
            if (i % 4 == 0) sample.Add(Of($"c{i}"), i % 50 == 0);
        }
        var figure = sample.Estimate();
        // Customers by (hits y, rows m): 1000 (2,2), 1000 (1,1), 24000 (0,2), 74000 (0,1); share r = 3000/125000 = .024.
        // Sum of (y - r m)^2 = 1000 x 1.952^2 + 1000 x .976^2 + 24000 x .048^2 + 74000 x .024^2 = 4860.8, its root 69.72; half = 1.96 x 69.72 / 125000.
        Assert.Equal(.024, figure.Value);
        Assert.Equal(1.96 * 69.72 / 125_000, (figure.High!.Value - figure.Low!.Value) / 2, .00012);
    }

    [Fact]
    public void A_closed_sample_keeps_its_estimate_and_takes_neither_rows_nor_differences()
    {
        var random = new Random(3);
        RatioSample open = new(MetricValue.Share, isShare: true), closed = new(MetricValue.Share, isShare: true);
        for (var i = 0; i < 400; i++)
        {
            var (cluster, value) = (new Cluster(new CustomerId("c" + random.Next(120)), new TicketId("t" + i)), random.Next(3) == 0);
            open.Add(cluster, value);
            closed.Add(cluster, value);
        }
        closed.Close();
        Assert.Equal(open.Estimate(), closed.Estimate());
        Assert.Equal((open.N, open.Customers), (closed.N, closed.Customers));
        Assert.Throws<InvalidOperationException>(() => open.Minus(closed));
        Assert.Throws<InvalidOperationException>(() => closed.Add(new Cluster(new CustomerId("c"), new TicketId("t")), true));
    }

    [Fact]
    public void A_mean_over_one_customer_has_no_interval()
    {
        var sample = new RatioSample(MetricValue.Hours, isShare: false);
        sample.Add(Of("c1"), 3);
        sample.Add(Of("c1"), 5);
        Assert.Equal(new MetricValue(4, 2, null, null, "hours", MetricStatus.Ok), sample.Estimate());
    }

    [Fact]
    public void Nothing_to_count_is_no_data_and_never_0() =>
        Assert.Equal(new MetricValue(null, 0, null, null, "share", MetricStatus.NoData), new RatioSample(MetricValue.Share, isShare: true).Estimate());

    [Fact]
    public void The_difference_of_an_arm_to_itself_is_exactly_0()
    {
        var sample = Sample(Enumerable.Range(0, 30).Select(i => ($"c{i / 2}", i % 3 == 0)));
        Assert.Equal(new MetricValue(0, 30, 0, 0, "share", MetricStatus.Ok), sample.Minus(sample));
    }

    [Fact]
    public void A_paired_difference_is_tighter_than_its_sides()
    {
        var before = Sample(Enumerable.Range(0, 400).Select(i => ($"c{i}", i % 2 == 0)));
        var after = Sample(Enumerable.Range(0, 400).Select(i => ($"c{i}", i % 2 == 0 && i % 20 != 0)));   // 20 of 200 hits lost: .5 -> .45
        var difference = after.Minus(before);
        Assert.Equal(-.05, difference.Value);
        Assert.True(difference.High < 0, "all that changed went one way");
        Assert.True(Width(difference) < Width(before.Estimate()) / 2, "paired");
    }

    [Fact]
    public void Two_sides_that_do_not_vary_still_leave_a_difference_in_doubt()
    {
        var difference = Sample(Enumerable.Range(0, 5).Select(i => ($"a{i}", true))).Minus(Sample(Enumerable.Range(0, 5).Select(i => ($"b{i}", false))));
        Assert.Equal((1d, 5), (difference.Value!.Value, difference.N));
        Assert.InRange(difference.Low!.Value, .2, .6);   // 1 - sqrt(2) x .4345 = .386
    }

    private static RatioSample Sample(IEnumerable<(string Customer, bool Value)> rows)
    {
        var sample = new RatioSample(MetricValue.Share, isShare: true);
        foreach (var (customer, value) in rows) sample.Add(Of(customer), value);
        return sample;
    }

    private static Cluster Of(string customer) => new(new CustomerId(customer), new TicketId("t"));

    private static double Width(MetricValue figure) => figure.High!.Value - figure.Low!.Value;

    private static IEqualityComparer<(double, double, double)> Within(double error) =>
        EqualityComparer<(double, double, double)>.Create((a, b) => Math.Abs(a.Item1 - b.Item1) < error && Math.Abs(a.Item2 - b.Item2) < error && Math.Abs(a.Item3 - b.Item3) < error);
}
