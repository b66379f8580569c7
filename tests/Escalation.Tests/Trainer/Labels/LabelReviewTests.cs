using Escalation.Core.Tickets;
using Escalation.Trainer.Labels;

namespace Escalation.Tests.Trainer.Labels;

public sealed class LabelReviewTests
{
    private static readonly IReadOnlyList<GivenLabel> Corpus = GivenLabel.Of(SomeCorpus.Rows());

    [Fact]
    public void Flipped_labels_come_first_and_nothing_is_left_out()
    {
        var flipped = Corpus.Where((_, i) => i % 20 == 7).Select(l => l.LabelId).ToHashSet();
        var review = Review([.. Corpus.Select(l => flipped.Contains(l.LabelId) ? l with { Positive = !l.Positive } : l)]);
        var ranked = review.Suspects!.Ranked;
        Assert.Equal(Corpus.Count, ranked.Count);
        var first = ranked.Take(ranked.Count / 4).Count(s => flipped.Contains(s.Label.LabelId));
        Assert.True(first > flipped.Count * .6, $"{first} of {flipped.Count} flips in the first quarter");       // chance: a quarter of them
        Assert.All(ranked, s => Assert.Equal(s.Label.Positive ? 1 - s.Probability : s.Probability, s.Suspicion, 12));
    }

    [Fact]
    public void Copies_of_a_text_do_not_vouch_for_one_another_and_a_text_called_both_is_a_disagreement()
    {
        List<GivenLabel> labels = [.. Corpus, Corpus[0] with { LabelId = "again", Positive = !Corpus[0].Positive }, Corpus[1] with { LabelId = "copy" }];
        var review = Review(labels);
        var divided = Assert.Single(review.Disagreements.Cases);
        Assert.Equal([Corpus[0].LabelId, "again"], divided.Labels.Select(l => l.LabelId));
        Assert.Equal((2, .5), (review.Disagreements.Several, review.Disagreements.Agreement));
        Assert.DoesNotContain(review.Suspects!.Ranked, s => s.Label.LabelId == "again");
        Assert.Single(review.Suspects.Ranked.Where(s => s.Label.Message.Text == Corpus[1].Message.Text).Select(s => s.Probability).Distinct());
    }

    [Fact]
    public void Alpha_is_that_of_a_worked_example()
    {
        // Four messages, two people: yes yes, no no, yes no, yes yes. Observed disagreement 2 of 8; expected 2*5*3/(7*8).
        string[] answers = ["11", "00", "10", "11"];
        var labels = answers.SelectMany((pair, m) => pair.Select((a, p) => new GivenLabel($"{m}{p}", new ReviewedMessage($"m{m}", null, $"text {m}", null, null, null), a == '1', $"p{p}")));
        var found = Disagreements.Of([.. labels]);
        Assert.Equal(1 - (2.0 / (2 * 5 * 3 / 7.0)), found.Alpha!.Value, 12);
        Assert.Equal(.75, found.Agreement);
    }

    [Fact]
    public void One_annotator_who_answers_at_random_is_noisy_one_who_always_says_yes_leans_and_few_labels_are_no_verdict()
    {
        var random = new Random(3);
        var labels = Corpus.Select((l, i) => (i % 7) switch
        {
            0 => l with { Annotator = "dice", Positive = random.Next(2) == 0 },
            1 => l with { Annotator = "yes-man", Positive = true },
            _ => l with { Annotator = i % 2 == 0 ? "ann" : "bob" },
        }).ToList();
        labels.AddRange(Corpus.Take(5).Select((l, i) => l with { LabelId = $"new{i}", Annotator = "newcomer" }));
        var verdicts = Review(labels).Groups.ToDictionary(g => g.Name, g => g.Verdict);
        Assert.Equal(("in_line", "in_line", "leans_to_yes", "too_few"), (verdicts["ann"], verdicts["bob"], verdicts["yes-man"], verdicts["newcomer"]));
        Assert.NotEqual("in_line", verdicts["dice"]);
    }

    [Fact]
    public void Too_few_labels_or_one_class_are_said_and_the_rest_is_still_done()
    {
        Assert.Contains("at least 20 of each are needed", Review([.. Corpus.Take(20)]).SuspectsProblem, StringComparison.Ordinal);
        var oneClass = Review([.. Corpus.Select(l => l with { Positive = true })]);
        Assert.Contains("0 negative", oneClass.SuspectsProblem, StringComparison.Ordinal);
        Assert.Null(oneClass.Suspects);
        Assert.Equal(0, Review([]).Labels);
    }

    [Fact]
    public void An_audit_draws_tickets_with_their_exact_chance_so_that_the_weights_add_up_to_all_of_them()
    {
        var messages = Corpus.Select((l, i) => l.Message with { Ticket = new TicketId($"t{i / 2}"), At = Some.Noon + NodaTime.Duration.FromMinutes(i) }).ToList();
        var drawn = AuditSample.Draw(messages, text => text.Contains('!', StringComparison.Ordinal) ? .9 : text.Length > 200 ? .3 : .05, 60, "spring", 5);
        Assert.Equal(60, drawn.Count);
        Assert.Equal(messages.Count / 2, drawn.Sum(d => 1 / d.Draw.Probability), 6);
        Assert.Equal(["high", "near", "quiet"], drawn.Select(d => d.Draw.Stratum).Distinct().Order());
        Assert.Equal(drawn.Count, drawn.Select(d => d.Message.Ticket).Distinct().Count());
        Assert.All(drawn, d => Assert.Equal(1, messages.FindIndex(m => m.Id == d.Message.Id) % 2));     // the last message of its ticket
        Assert.Equal(drawn, AuditSample.Draw(messages, text => text.Contains('!', StringComparison.Ordinal) ? .9 : text.Length > 200 ? .3 : .05, 60, "spring", 5));
    }

    [Fact]
    public void The_queue_prefers_what_the_model_is_unsure_of_and_asks_no_question_twice()
    {
        ReviewedMessage[] messages = [.. new[] { "the parcel is late again", "the parcel is late again!", "my invoice is wrong", "thank you" }.Select((t, i) => new ReviewedMessage($"m{i}", null, t, null, null, null))];
        double Probability(string text) => text.StartsWith("the parcel", StringComparison.Ordinal) ? .5 : text == "my invoice is wrong" ? .4 : .01;
        Assert.Equal(["m0", "m2"], LearningQueue.Choose(messages, Probability, 2).Select(m => m.Id));
    }

    [Fact]
    public void A_filled_in_file_comes_back_with_its_provenance_and_open_rows_are_skipped()
    {
        using var scratch = new History.ScratchFolder();
        var path = Path.Combine(scratch.Path, "review.csv");
        var message = new ReviewedMessage("m1", new TicketId("t1"), "still, \"no\" answer", "chat", null, Some.Noon);
        ReviewFile.Write(path, [new ReviewItem(message, ReviewReason.Audit, new AuditDraw("spring", "quiet", .25)), new ReviewItem(message with { Id = "m2" }, ReviewReason.Suspect, null)], 1);
        var lines = File.ReadAllLines(path);
        Assert.Equal("message_id,ticket_id,channel,at,text,frustrated,needed,note", lines[0]);
        var mine = lines.Single(l => l.StartsWith("m1,", StringComparison.Ordinal));
        File.WriteAllLines(path, [lines[0], mine[..^3] + ",yes,no,calm", lines.Single(l => l.StartsWith("m2,", StringComparison.Ordinal))]);

        var problems = new List<string>();
        var answer = Assert.Single(ReviewFile.Read(path, null, problems));
        Assert.Empty(problems);
        Assert.Equal(new ReviewAnswer("m1", ReviewReason.Audit, FrustratedAnswer.Yes, false, "calm", new AuditDraw("spring", "quiet", .25)), answer);

        Assert.Contains("row 1: frustrated: 'perhaps' is none of yes, no, cant_tell", Problem(mine[..^3] + ",perhaps,,"), StringComparison.Ordinal);
        Assert.Contains("message_id: m3 is none of those asked in ", Problem("m3,,,,a text,yes,,"), StringComparison.Ordinal);
        File.WriteAllText(path, "message,frustrated\n");
        Assert.Contains("no column 'message_id'", Problem(null), StringComparison.Ordinal);
        File.WriteAllText(ReviewKey.Of(path), "message_id,why,design,stratum,probability\nm1,audit,spring,quiet,2\n");
        Assert.Contains("review.key.csv: row 1: probability: '2' is no chance", Problem(mine), StringComparison.Ordinal);
        File.Delete(ReviewKey.Of(path));
        Assert.Contains("review.key.csv: is not there; 'escalation labels review --out' wrote it beside the file", Problem(mine), StringComparison.Ordinal);

        string Problem(string? row)
        {
            if (row is not null) File.WriteAllLines(path, [lines[0], row]);
            problems.Clear();
            ReviewFile.Read(path, null, problems);
            return Assert.Single(problems);
        }
    }

    [Fact]
    public void A_review_is_blind_the_order_is_drawn_by_seed_and_no_cell_tells_why_a_message_is_asked()
    {
        using var scratch = new History.ScratchFolder();
        var path = Path.Combine(scratch.Path, "review.csv");
        ReviewItem[] items = [.. Corpus.Take(60).Select((l, i) => new ReviewItem(l.Message, i < 20 ? ReviewReason.Suspect : i < 40 ? ReviewReason.Audit : ReviewReason.Queue, i is >= 20 and < 40 ? new AuditDraw("spring", "near", .125) : null))];
        ReviewFile.Write(path, items, 1);
        var written = File.ReadAllText(path);
        foreach (var leading in (string[])["suspect", "audit", "queue", "spring", "near", "0.125"])
            Assert.DoesNotContain($",{leading},", written, StringComparison.Ordinal);
        var order = Ids(written);
        Assert.Equal(items.Select(i => i.Message.Id).Order(StringComparer.Ordinal), order.Order(StringComparer.Ordinal));
        Assert.InRange(order.Take(20).Count(id => items.Take(20).Any(i => i.Message.Id == id)), 2, 13);      // 20 of 60, mixed
        ReviewFile.Write(path, items, 1);
        Assert.Equal(written, File.ReadAllText(path));
        ReviewFile.Write(path, items, 2);
        Assert.NotEqual(order, Ids(File.ReadAllText(path)));

        List<string> Ids(string file) => [.. file.Split('\n').Select(l => l.Split(',')[0]).Where(id => items.Any(i => i.Message.Id == id))];
    }

    private static LabelReview Review(IReadOnlyList<GivenLabel> labels) => LabelReview.Of(labels, [], null, new LabelReviewOptions(), TestContext.Current.CancellationToken);
}
