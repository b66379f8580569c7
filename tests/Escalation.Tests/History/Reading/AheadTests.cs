using Escalation.History.Reading;

namespace Escalation.Tests.History.Reading;

public sealed class AheadTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void Work_runs_once_whoever_does_it(bool elsewhere)
    {
        for (var round = 0; round < 2_000; round++)
        {
            var runs = 0;
            var ahead = new Ahead<int>(() => Interlocked.Increment(ref runs), elsewhere);
            Assert.Equal(1, ahead.Take());
            Assert.Equal(1, Volatile.Read(ref runs));
        }
    }

    [Fact]
    public void What_nobody_has_begun_is_done_by_the_one_who_needs_it()
    {
        var thread = 0;
        new Ahead<int>(() => thread = Environment.CurrentManagedThreadId, elsewhere: false).Take();
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void What_the_work_throws_is_thrown_where_its_result_is_taken(bool elsewhere) =>
        Assert.Equal("broken", Assert.Throws<IOException>(() => new Ahead<int>(() => throw new IOException("broken"), elsewhere).Take()).Message);

    [Fact]
    public void Dropped_work_that_nobody_has_begun_never_runs()
    {
        var ran = false;
        new Ahead<bool>(() => ran = true, elsewhere: false).Drop();
        Assert.False(ran);
    }
}
