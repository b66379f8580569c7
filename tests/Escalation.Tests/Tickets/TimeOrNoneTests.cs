using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Tickets;

public sealed class TimeOrNoneTests
{
    private static readonly Instant Epoch = Instant.FromUnixTimeTicks(0);

    [Fact]
    public void Instants_before_at_and_after_1970_come_back_as_they_went_in_and_none_is_none()
    {
        foreach (var time in (Instant?[])[Epoch, Epoch - Duration.FromTicks(1), Epoch + Duration.FromTicks(1), Some.Noon, null]) Assert.Equal(time, TimeOrNone.Of(time).Time);
        Assert.True(TimeOrNone.Of(null).IsNone);
        Assert.False(TimeOrNone.Of(Epoch).IsNone);
    }
}
