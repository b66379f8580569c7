using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Tests.Decisions;

public sealed class RoundingTests
{
    [Fact]
    public void A_rounded_confidence_comes_back_from_its_steps_bit_for_bit()
    {
        var random = new Random(5);
        double[] values = [0, 1, .6, .85, .3, 1e-9, .999999999, .. Enumerable.Range(0, 20_000).Select(_ => Rounding.Score(random.NextDouble()))];
        Assert.All(values, v => Assert.Equal(BitConverter.DoubleToInt64Bits(v), BitConverter.DoubleToInt64Bits(Rounding.OfSteps(Rounding.ToSteps(v)))));
    }

    [Theory, InlineData(0, 0), InlineData(3, 9), InlineData(4_999_000, 5_000_000), InlineData(0, 1 << 26)]
    public void A_span_gives_back_each_of_its_fields_and_places(int start, int end) => Assert.All(Enum.GetValues<ContextFields>(), field =>
    {
        var span = new ContextSpan(field, "outage", start, end);
        Assert.Equal((field, "outage", start, end), (span.Field, span.Value, span.Start, span.End));
    });
}
