using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Drift;

namespace Escalation.Tests.Trainer.Drift;

public sealed class DriftReportTests
{
    private static readonly ModelEntry Bundled = ModelRegistry.Open(Path.Combine(Inference.SomeModel.Repository, "models")).Choose("frustration").Entry!;
    private static readonly IReadOnlyList<DriftRow> Rows = [.. SomeCorpus.Rows().Rows.Select((r, i) => new DriftRow(r.Text, i % 2 == 0 ? "chat" : "email", null, i % 3 == 0 ? null : r.Positive ? DriftRow.Yes : DriftRow.No, "rules-1"))];

    private static IReadOnlyList<DriftRow> Half(int which) => [.. Rows.Where((_, i) => (i / 2) % 2 == which)];

    [Fact]
    public void Halves_of_the_same_messages_are_hardly_ever_called_different()
    {
        var (model, known) = (Bundled.Load(), new KnownNgrams(Bundled.Content()));
        var alarms = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            var drawn = Rows.ToArray();
            new Random(seed).Shuffle(drawn);
            var report = DriftReport.Of(drawn[..(drawn.Length / 2)], drawn[(drawn.Length / 2)..], DriftModel.OfFrustration(model, known, .5));
            if (report.IsDrift) alarms++;
            Assert.False(report.Rules);
        }
        Assert.InRange(alarms, 0, 2);
    }

    [Fact]
    public void Calm_messages_that_no_longer_come_are_a_change_of_inputs_and_not_of_labels()
    {
        var model = Bundled.Load();
        var angry = Half(1).Where((r, i) => model.Score(r.Text) > .4 || i % 5 == 0).ToList();
        var report = Report(Half(0), angry);
        Assert.True(report.Inputs);
        Assert.DoesNotContain(report.Verdict, v => v.StartsWith("Labels changed", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_texts_judged_otherwise_are_a_change_of_labels_and_not_of_inputs()
    {
        var strict = Half(1).Select(r => r with { Label = r.Label is null ? null : DriftRow.Yes }).ToList();
        var report = Report(Half(0), strict);
        Assert.True(report.Labels);
        Assert.False(report.Inputs);
        Assert.Contains(report.Verdict, v => v.StartsWith("Labels changed: people judge texts of the same score otherwise", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_rule_set_and_asking_less_are_said()
    {
        var report = Report(Half(0), [.. Half(1).Select((r, i) => r with { RuleSet = "rules-2", Label = i % 10 == 0 ? r.Label : null })]);
        Assert.True(report.Rules);
        Assert.Contains("Rules changed: rules-1 then, rules-2 now.", report.Verdict);
        Assert.Contains(report.Verdict, v => v.StartsWith("How often people are asked changed", StringComparison.Ordinal));
    }

    [Fact]
    public void Foreign_texts_are_told_by_their_ngrams_few_rows_are_no_verdict_and_nothing_is_nothing()
    {
        var foreign = Half(1).Select((r, i) => r with { Text = $"zxq{i}vw kjq{i * 7} wqx{i * 3}pj {i}{i}", Label = null }).ToList();
        var report = Report(Half(0), foreign);
        Assert.Contains(report.Verdict, v => v.Contains("look foreign", StringComparison.Ordinal));
        Assert.Contains(report.Verdict, v => v.StartsWith("Inputs changed: ", StringComparison.Ordinal) && v.Contains("how much of the wording the model knows (much)", StringComparison.Ordinal));
        Assert.Equal(DriftSize.Large, report.Figures.First(f => f.Measure == "knownNgrams").Size);

        var few = Report(Half(0), [.. foreign.Take(20)]);
        Assert.All(few.Figures.Where(f => f.Slice == "all"), f => Assert.Equal(DriftSize.TooFew, f.Size));
        Assert.Contains("Inputs: too few messages to tell.", few.Verdict);
        Assert.False(Report([], []).IsDrift);
    }

    [Fact]
    public void Psi_and_shares_are_those_of_worked_examples()
    {
        // 1000 and 1000 rows in two bins, 500:500 and 700:300.
        var psi = DriftMeasures.Psi("scorePsi", "all", [500, 500], [700, 300]);
        Assert.Equal((.2 * Math.Log(.7 / .5)) + (-.2 * Math.Log(.3 / .5)) - .002, psi.Effect!.Value, 9);
        Assert.Equal(DriftSize.Moderate, psi.Size);
        var share = DriftMeasures.Share("classBalance", "all", (50, 100), (80, 100));
        Assert.Equal((2 * Math.Asin(Math.Sqrt(.8))) - (2 * Math.Asin(Math.Sqrt(.5))), share.Effect!.Value, 9);
        Assert.True(share.Low is > .12 and < .14 && share.High is > .44 and < .47, $"{share.Low} {share.High}");
    }

    [Fact]
    public void Under_a_team_model_the_mix_of_teams_and_other_answers_to_the_same_texts_are_told_apart()
    {
        var (trained, _) = ScorerFile.Read(SomeTeams.Train(SomeTeams.Rows(600)).Scorer, "scorer.bin");
        var model = DriftModel.OfTeams(new TeamModel(trained, default), new KnownNgrams(trained), .5);
        DriftRow[] rows = [.. SomeTeams.Rows(600).Rows.Select(r => new DriftRow(r.Text, "email", null, r.Team, "rules-1"))];
        var (before, now) = (rows[..300], rows[300..]);
        var same = DriftReport.Of(before, now, model);
        Assert.False(same.IsDrift, string.Join(' ', same.Verdict));

        var fewerBills = DriftReport.Of(before, [.. now.Where((r, i) => r.Label != "billing" || i % 10 == 0)], model);
        Assert.Equal(DriftSize.Large, fewerBills.Figures.First(f => f.Measure == "classBalance").Size);

        var moved = DriftReport.Of(before, [.. now.Select(r => r with { Label = r.Label == "billing" ? "shipping" : r.Label })], model);
        Assert.True(moved is { Labels: true, Inputs: false });
        Assert.Contains(moved.Verdict, v => v.StartsWith("Labels changed: people judge texts of the same score otherwise", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_stands_alone_and_escapes_what_it_shows()
    {
        var page = DriftPage.Of(Report(Half(0), [.. Half(1).Select(r => r with { Channel = "<b>" })]), "a < b");
        Assert.Contains("a &lt; b", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(3, page.Split("<svg").Length - 1);
        Assert.Contains("wording known", page, StringComparison.Ordinal);
        Assert.DoesNotContain("knownNgrams", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<td>too few</td>", DriftPage.Of(Report(Half(0), [.. Half(1).Select((r, i) => i < 5 ? r with { Channel = "fax" } : r)]), "few"), StringComparison.Ordinal);
    }

    private static DriftReport Report(IReadOnlyList<DriftRow> before, IReadOnlyList<DriftRow> now) => DriftReport.Of(before, now, DriftModel.Of(Bundled));
}
