using Escalation.History.Facts;

namespace Escalation.Tests.History;

public sealed class HistoryHashTests : IDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly string file;

    public HistoryHashTests() => Write(file = Path.Combine(folder.Path, "messages.jsonl"), "one", DateTime.UtcNow.AddHours(-1));

    private string Cache => Path.Combine(folder.Path, "cache");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_not_read_again_while_its_length_and_time_are_the_same()
    {
        var (hash, written) = (Hash(), File.GetLastWriteTimeUtc(file));
        Assert.Equal(Hash(null), hash);
        Write(file, "two", written);
        Assert.Equal(hash, Hash());
        Assert.NotEqual(hash, Hash(null));
    }

    [Fact]
    public void A_file_of_another_length_time_or_name_is_read_again()
    {
        var hash = Hash();
        Write(file, "two", DateTime.UtcNow.AddMinutes(-50));
        var ofTime = Hash();
        Write(file, "four", File.GetLastWriteTimeUtc(file));
        var ofLength = Hash();
        var other = Path.Combine(folder.Path, "other.jsonl");
        File.Copy(file, other);
        Assert.Equal(4, new HashSet<string> { hash, ofTime, ofLength, HistoryHash.Of([other], null, Cache) }.Count);
        Assert.Equal(Hash(null), ofLength);
    }

    [Fact]
    public void What_was_changed_a_moment_ago_is_not_taken_on_trust()
    {
        var now = DateTime.UtcNow.AddSeconds(1);
        Write(file, "one", now);
        var hash = Hash();
        Write(file, "two", now);
        Assert.NotEqual(hash, Hash());
    }

    [Fact]
    public void A_damaged_list_of_hashes_is_passed_over()
    {
        var hash = Hash();
        var list = Assert.Single(Directory.GetFiles(Cache));
        File.WriteAllText(list, "no hash\n" + File.ReadAllText(list).ToUpperInvariant());
        Assert.Equal(hash, Hash());
    }

    private static void Write(string path, string text, DateTime changed)
    {
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, changed);
    }

    private string Hash() => Hash(Cache);

    private string Hash(string? cache) => HistoryHash.Of([file], null, cache);
}
