using Escalation.History.Facts;

namespace Escalation.Tests.History;

public sealed class FactCacheTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder cache = new();

    public void Dispose() => cache.Dispose();

    [Fact]
    public void A_history_that_nobody_looked_at_for_thirty_days_is_deleted()
    {
        Add("00000000000000aa", FactCache.MostDays + 1);
        Add("00000000000000bb", FactCache.MostDays);
        FactCache.Prune(cache.Path, Now);
        Assert.Equal(["00000000000000bb"], Left);
    }

    [Fact]
    public void Above_the_limit_those_not_looked_at_for_the_longest_go_first()
    {
        Add("00000000000000aa", 3);
        Add("00000000000000bb", 1);
        Add("00000000000000cc", 2);
        FactCache.Prune(cache.Path, Now, mostBytes: 200);
        Assert.Equal(["00000000000000bb", "00000000000000cc"], Left);
        FactCache.Touch(cache.Path, "00000000000000cc", Now);
        FactCache.Prune(cache.Path, Now, mostBytes: 100);
        Assert.Equal(["00000000000000cc"], Left);
    }

    [Fact]
    public void What_is_not_of_the_cache_stays()
    {
        Add("somebodys-own", 99);
        Directory.CreateDirectory(Path.Combine(Add("00000000000000aa", 99), "inside"));
        Directory.SetLastWriteTimeUtc(Path.Combine(cache.Path, "00000000000000aa"), Now.UtcDateTime.AddDays(-99));
        File.WriteAllText(Path.Combine(Add("00000000000000bb", 99), "notes.txt"), "mine");
        Directory.SetLastWriteTimeUtc(Path.Combine(cache.Path, "00000000000000bb"), Now.UtcDateTime.AddDays(-99));
        FactCache.Prune(cache.Path, Now);
        Assert.Equal(3, Left.Count());
        FactCache.Prune(Path.Combine(cache.Path, "nowhere"), Now);
    }

    private IEnumerable<string> Left => Directory.GetDirectories(cache.Path).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    private string Add(string name, int days)
    {
        var folder = Directory.CreateDirectory(Path.Combine(cache.Path, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "text-0011.col"), new byte[100]);
        Directory.SetLastWriteTimeUtc(folder, Now.UtcDateTime.AddDays(-days));
        return folder;
    }
}
