using System.Buffers.Binary;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Scoring;

public sealed class ScorerFileTests
{
    private static readonly ScorerContent Content = SomeModel.Content().Rounded();
    private static readonly byte[] File = ScorerFile.Write(Content);

    [Fact]
    public void Reads_back_every_bit_that_was_written()
    {
        var (read, version) = ScorerFile.Read(File, "scorer.bin");
        Assert.Equal(Content.Planes.Select(p => p.Features.Weighting), read.Planes.Select(p => p.Features.Weighting));
        for (var p = 0; p < Content.Planes.Count; p++) Assert.Equal(Content.Planes[p].Features.Values, read.Planes[p].Features.Values);
        Assert.Equal((Content.Outputs[0], Content.Threshold, Content.Schema), (read.Outputs[0], read.Threshold, read.Schema));
        Assert.Equal(Content.ToScorer().Score("still nobody answers"), read.ToScorer().Score("still nobody answers"));
        Assert.Equal(64, version.Value.Length);
        Assert.Equal(File, ScorerFile.Write(Content));
    }

    [Fact]
    public void The_version_follows_whatever_decides()
    {
        var version = ScorerFile.Read(File, "a").Version;
        Assert.NotEqual(version, ScorerFile.Read(ScorerFile.Write(Content with { Outputs = [Content.Outputs[0] with { Bias = 0.5f }] }), "b").Version);
        Assert.NotEqual(version, ScorerFile.Read(ScorerFile.Write(Content with { Languages = ["en", "de"] }), "b").Version);
    }

    [Theory, InlineData(0), InlineData(7), InlineData(43), InlineData(44), InlineData(300)]
    public void A_truncated_file_is_named_with_a_way_out(int length)
    {
        var error = Assert.Throws<ModelFormatException>(() => ScorerFile.Read(File.AsSpan(0, length), "models/x/scorer.bin"));
        Assert.StartsWith("models/x/scorer.bin: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("train the model again", error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(0x01), InlineData(0x10), InlineData(0x80), InlineData(0xff)]
    public void One_changed_byte_anywhere_is_found(byte flips)
    {
        const int head = 600;
        for (var at = 0; at < File.Length; at += at < head ? 1 : 97)
        {
            byte[] damaged = [.. File];
            damaged[at] ^= flips;
            Assert.Throws<ModelFormatException>(() => ScorerFile.Read(damaged, "scorer.bin"));
        }
    }

    [Fact]
    public void A_newer_format_asks_for_an_upgrade()
    {
        byte[] newer = [.. File];
        BinaryPrimitives.WriteInt32LittleEndian(newer.AsSpan(8), ScorerFile.FormatVersion + 1);
        Assert.Contains("upgrade the program", Assert.Throws<ModelFormatException>(() => ScorerFile.Read(newer, "scorer.bin")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_format_asks_for_a_new_training()
    {
        byte[] older = [.. File];
        BinaryPrimitives.WriteInt32LittleEndian(older.AsSpan(8), 1);
        var message = Assert.Throws<ModelFormatException>(() => ScorerFile.Read(older, "scorer.bin")).Message;
        Assert.Contains("format 1 is older than 2", message, StringComparison.Ordinal);
        Assert.Contains("train the model with this program", message, StringComparison.Ordinal);
    }

    [Theory, InlineData("still nobody answers", 0.42675182), InlineData("Thank you!!", 1.311111), InlineData("I have called THREE times and nobody helps me :(", -0.92854756)]
    public void A_file_of_format_2_still_scores_as_it_did(string text, double score)
    {
        var path = Path.Combine(SomeModel.Repository, "tests", "Escalation.Tests", "Inference", "Scoring", "format2.bin");
        var model = FrustrationModel.Load(path);
        Assert.Equal(new Calibration(1.5, -0.25).Probability(score), model.Score(text), 2e-3);
        Assert.Equal(model.Score(text), new FrustrationModel(ScorerFile.Read(System.IO.File.ReadAllBytes(path), path).Content, model.Version).Score(text));
    }

    [Fact]
    public void An_ensemble_of_four_weightings_and_a_model_of_many_teams_read_back()
    {
        var one = SomeModel.Content(planes: 4);
        var teams = one with
        {
            Target = "team",
            Outputs = [.. Enumerable.Range(0, 3).Select(k => new ScorerOutput($"team {k}", k, new Calibration(2, 0)))],
            Planes = [.. one.Planes.Select(p => p with { Heads = [p.Heads[0], p.Features.Values, p.Heads[0]] })],
        };
        var read = ScorerFile.Read(ScorerFile.Write(teams.Rounded()), "scorer.bin").Content;
        Assert.Equal(["team 0", "team 1", "team 2"], read.Outputs.Select(o => o.Name));
        Assert.Equal(teams.Rounded().Planes[3].Heads[1], read.Planes[3].Heads[1]);
    }

    [Fact]
    public void Features_that_this_program_does_not_compute_are_refused()
    {
        var other = ScorerFile.Write(Content with { Schema = new FeatureSchema(FeatureSchema.CurrentRevision + 1, Content.Schema.Bits) });
        Assert.Contains($"revision {FeatureSchema.CurrentRevision + 1}", Assert.Throws<ModelFormatException>(() => ScorerFile.Read(other, "scorer.bin")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_target_or_none_is_refused()
    {
        var team = ScorerFile.Write(Content with { Target = "team" });
        Assert.Contains("predicts team", Assert.Throws<ModelFormatException>(() => FrustrationModel.Load(team, "scorer.bin")).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere.bin", Assert.Throws<ModelFormatException>(() => FrustrationModel.Load("nowhere.bin")).Message, StringComparison.Ordinal);
    }
}
