using System.CommandLine;
using Escalation.Benchmarks;
using Escalation.Benchmarks.Extraction;
using Escalation.Benchmarks.Models;
using Escalation.Benchmarks.Rules;
using Escalation.Benchmarks.Synthetic;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder of the public data sets.",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Checkout.Root, "..", "shared", "data")),
    HelpName = "DIR",
};
var half = new Option<string>("--half") { Description = "dev, test or both.", DefaultValueFactory = _ => "both" };
var messages = new Option<long>("--messages") { Description = "Messages to generate.", DefaultValueFactory = _ => 40_000 };
var analyzed = new Option<long>("--customer-messages") { Description = "Customer messages of the history.", DefaultValueFactory = _ => 100_000 };

var root = new RootCommand("Measurements of Escalation. Figures are printed, never asserted.");
Add("extraction", "Context extraction against two readers.", p => ExtractionBenchmark.Run(p.GetRequiredValue(data).FullName, p.GetRequiredValue(half)), data, half);
Add("sklearn", "Our training beside scikit-learn on airline.train.csv, and the scorer's speed.", p => SklearnComparison.Run(p.GetRequiredValue(data).FullName), data);
Add("bundle-models", "Trains the bundled frustration model into models/.", p => BundledModel.Run(p.GetRequiredValue(data).FullName, Path.Combine(Checkout.Root, "data", "corpus", "seed.jsonl"), Path.Combine(Checkout.Root, "models")), data);
Add("synthetic", "How hard the generated texts are.", p => SyntheticDifficulty.Run(p.GetValue(messages)), messages);
Add("rule-impact", "One edited rule over a cached history: its matches, the whole impact, overlaps of 200 rules.", p => RuleImpactBenchmark.Run(p.GetValue(analyzed), Path.Combine(Path.GetTempPath(), "escalation-rule-impact")), analyzed);
return await root.Parse(args).InvokeAsync();

void Add(string name, string description, Func<ParseResult, int> run, params Option[] options)
{
    var command = new Command(name, description);
    foreach (var option in options) command.Options.Add(option);
    command.SetAction(run);
    root.Subcommands.Add(command);
}
