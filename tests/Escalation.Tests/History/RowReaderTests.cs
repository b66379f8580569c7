using Escalation.History.Facts;

namespace Escalation.Tests.History;

public sealed class RowReaderTests
{
    [Fact]
    public void Numbers_of_every_length_come_back_between_others_and_at_the_end()
    {
        List<long> numbers = [0, long.MinValue, long.MaxValue];
        for (var bit = 0; bit < 63; bit++)
            foreach (var near in (long[])[-1, 0, 1])
                numbers.AddRange([(1L << bit) + near, -(1L << bit) + near]);
        var writer = new ValueWriter();
        foreach (var number in numbers) writer.Int(number);
        var between = new RowReader(writer.Written, []);
        foreach (var number in numbers) Assert.Equal(number, between.Long());
        Assert.True(between.IsAtEnd);
        foreach (var number in numbers)
        {
            writer.Clear();
            writer.Int(number);
            var alone = new RowReader(writer.Written, []);
            Assert.Equal(number, alone.Long());
            Assert.True(alone.IsAtEnd);
        }
    }
}
