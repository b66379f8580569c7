using Escalation.Replay.Analysis;

namespace Escalation.Tests.Replay.Analysis;

public sealed class RowRangesTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(RowRanges.Size), InlineData(RowRanges.Size + 1), InlineData((3 * RowRanges.Size) - 7)]
    public void Every_row_is_in_one_range_and_its_bits_are_found_there(int rows)
    {
        var bits = new Bits(rows);
        int[] set = [.. Enumerable.Range(0, rows).Where(row => row % 3 == 0 || row == rows - 1)];
        foreach (var row in set) bits.Set(row);
        var (visits, found) = (new int[rows], new Bits(rows));
        RowRanges.Run(rows, (first, end) =>
        {
            for (var row = first; row < end; row++) Interlocked.Increment(ref visits[row]);
            foreach (var row in bits.Places(first, end))
            {
                Assert.InRange(row, first, end - 1);
                found.Set(row);
            }
        });
        Assert.All(visits, v => Assert.Equal(1, v));
        Assert.Equal(set, bits.Places());
        Assert.Equal(set, Enumerable.Range(0, rows).Where(row => found[row]));
    }

    [Fact]
    public void What_a_range_throws_is_thrown_itself() =>
        Assert.Throws<InvalidDataException>(() => RowRanges.Run(2 * RowRanges.Size, (first, _) => throw new InvalidDataException($"row {first}")));
}
