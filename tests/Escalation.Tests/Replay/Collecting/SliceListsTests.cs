using Escalation.Replay.Collecting;

namespace Escalation.Tests.Replay.Collecting;

public sealed class SliceListsTests
{
    [Fact]
    public void The_same_names_in_one_order_are_one_list_of_the_same_texts_whoever_made_them()
    {
        var lists = new SliceLists();
        var first = lists.Of(Made("channel", "hour"));
        Assert.Equal(["channel=a", "hour=a"], first);
        Assert.Same(first, lists.Of(Made("channel", "hour")));
        var turned = lists.Of(Made("hour", "channel"));
        Assert.Equal(["hour=a", "channel=a"], turned);
        Assert.Same(first[0], turned[1]);
        Assert.Empty(lists.Of([]));
    }

    private static List<string> Made(params string[] dimensions) => [.. dimensions.Select(d => $"{d}=a")];
}
