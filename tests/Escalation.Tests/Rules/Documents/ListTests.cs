using Escalation.Rules;
using Escalation.Rules.Documents;
using NodaTime;

namespace Escalation.Tests.Rules.Documents;

public sealed class ListTests
{
    private static readonly Instant Day = Instant.FromUtc(2026, 3, 2, 0, 0);

    private static ValueList Read(string text, params string[] problems)
    {
        var found = new ProblemList();
        var list = ListDocument.Parse("vip", text, "lists/vip.csv", found);
        Assert.Equal(problems, found.Errors.Select(p => p.ToString()));
        return list;
    }

    [Fact]
    public void Values_are_found_as_written_and_nothing_else()
    {
        var list = Read("value\nann\n  bob  \n\"Doe, \"\"Jane\"\"\"\nGrüße😀\n\nann\n" + new string('x', 2000));
        Assert.Equal(5, list.Count);
        foreach (var held in (string[])["ann", "bob", "Doe, \"Jane\"", "Grüße😀", new string('x', 2000)]) Assert.True(list.Holds(held, Day), held);
        foreach (var other in (string?[])["Ann", "an", "annbob", "", "Doe", "value", null, new string('x', 1999), "\uD83D"]) Assert.False(list.Holds(other, Day), other);
        Assert.True(list.HasUndated);
    }

    [Fact]
    public void A_row_holds_in_its_time_and_several_rows_of_a_value_add_up()
    {
        var list = Read("value,validFrom,validTo\nann,2026-03-02,2026-03-03\nann,2026-03-05,\nbob,,2026-03-02T00:00:00Z\n");
        Assert.Equal([false, true, false, false, true], Enumerable.Range(-1, 5).Select(d => list.Holds("ann", Day + Duration.FromDays(d))));
        Assert.Equal([true, false], Enumerable.Range(-1, 2).Select(d => list.Holds("bob", Day + Duration.FromDays(d))));
        Assert.Equal((2, false), (list.Count, list.HasUndated));
    }

    [Fact]
    public void Many_spans_of_time_and_a_value_that_stands_a_thousand_times_are_told_apart()
    {
        var rows = Enumerable.Range(0, 1000).Select(i => $"v{i % 2},{(Day + Duration.FromDays(i * 2)).InUtc().Date:uuuu-MM-dd},{(Day + Duration.FromDays(i * 2 + 1)).InUtc().Date:uuuu-MM-dd}");
        var list = Read("value,validFrom,validTo\n" + string.Join('\n', rows));
        for (var day = 0; day < 2000; day++) Assert.Equal(day % 4 == 0, list.Holds("v0", Day + Duration.FromDays(day)));
    }

    [Fact]
    public void A_set_of_the_framework_agrees_on_random_values()
    {
        var random = new Random(4);
        var values = Enumerable.Range(0, 20_000).Select(_ => random.Next(30_000).ToString("x", null)).ToArray();
        var (list, set) = (Read("value\n" + string.Join('\n', values)), values.ToHashSet());
        Assert.Equal(set.Count, list.Count);
        for (var i = 0; i < 30_000; i++) Assert.Equal(set.Contains(i.ToString("x", null)), list.Holds(i.ToString("x", null), Day));
    }

    [Fact]
    public void Mistakes_have_a_line_and_a_column()
    {
        Read("values\nann", "lists/vip.csv(1,1): vip: the first line must be the header \"value\" or \"value,validFrom,validTo\"");
        Read("value\nann\n,x", "lists/vip.csv(3,2): vip: this row has 2 columns, the header has 1; put a value with a comma in \"double quotes\"");
        Read("value,validFrom\nann,soon", "lists/vip.csv(2,5): vip: \"soon\" is no date; write 2026-01-31, or 2026-01-31T08:00:00Z");
    }

    [Fact]
    public void A_reload_that_leaves_a_list_alone_shares_it_and_one_that_changes_it_decides_anew()
    {
        RuleSet Load(string list) => (RuleSet)SomeRules.Of([SomeRules.Signal("listed", "lists.Has('vip', customer.Id)", "keyword_match", .5)], null, ("lists/vip.csv", list)).Rules;
        var (first, again, other) = (Load("value\nc1\n"), Load("value\r\nc1\r\n"), Load("value\nc2\n"));
        Assert.Same(first.Lists["vip"], again.Lists["vip"]);
        Assert.Equal(first.Version, again.Version);
        Assert.NotEqual(first.Version, other.Version);
        Assert.NotEqual(first.Single.Signals[0].Key, other.Single.Signals[0].Key);
        Assert.False(other.Lists["vip"].Holds("c1", Day));
    }
}
