using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Search;

namespace Escalation.Tests.Trainer;

/// <summary>Messages for three teams, told apart by what they are about.</summary>
internal static class SomeTeams
{
    private static readonly (string Team, string[] Texts)[] Kinds =
    [
        ("billing", ["my invoice shows {0} twice", "please refund the charge of {0}", "why was my card billed {0} this month"]),
        ("shipping", ["parcel {0} has not been delivered", "the courier lost order {0}", "where is my delivery {0}"]),
        ("support", ["the app crashes on page {0}", "error {0} when I open settings", "I cannot log in, code {0}"]),
    ];

    public static TrainingRows Rows(int count = 240, string sha = "") => new("teams.csv", sha.PadRight(64, '0'),
        [.. Enumerable.Range(0, count).Select(i => Row(i, Kinds[i % 3].Team, string.Format(System.Globalization.CultureInfo.InvariantCulture, Kinds[i % 3].Texts[i / 3 % 3], i * 37)))], []);

    public static TrainingRows With(this TrainingRows rows, params (string Text, string Team)[] more) => rows with { Rows = [.. rows.Rows, .. more.Select((m, i) => Row(10_000 + i, m.Team, m.Text))] };

    public static TrainedModel Train(TrainingRows rows, int seed = 1) =>
        new TeamTrainer(new TrainingOptions { Seed = seed, Limits = new ExperimentLimits { MaximumTrials = 2 } }, TimeProvider.System).Train(rows, null, null, CancellationToken.None, CancellationToken.None).Model!;

    public static string Csv(TrainingRows rows) => "text,team,customer_id\n" + string.Concat(rows.Rows.Select(r => $"\"{r.Text}\",{r.Team},{r.CustomerId}\n"));

    private static LabelledText Row(int i, string team, string text) => new(text, false, $"c{i / 2}", null, $"{i}", Team: team, Source: i % 4 == 0 ? "audit" : "agent", Weight: i % 4 == 0 ? 5 : 1);
}
