using System.CommandLine;
using Escalation.Benchmarks;
using Escalation.Benchmarks.Corpus;
using Escalation.Benchmarks.Deciding;
using Escalation.Benchmarks.Extraction;
using Escalation.Benchmarks.Labels;
using Escalation.Benchmarks.Load;
using Escalation.Benchmarks.Models;
using Escalation.Benchmarks.Notifications;
using Escalation.Benchmarks.Replays;
using Escalation.Benchmarks.Rules;
using Escalation.Benchmarks.Rules.Peers;
using Escalation.Benchmarks.Rules.Planes;
using Escalation.Benchmarks.Sla;
using Escalation.Benchmarks.Synthetic;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder of the public data sets.",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Checkout.Root, "..", "shared", "data")),
    HelpName = "DIR",
};
var half = new Option<string>("--half") { Description = "dev, test, both or more.", DefaultValueFactory = _ => "both" };
var zone = new Option<string>("--time-zone") { Description = "The zone of local times.", DefaultValueFactory = _ => "UTC", HelpName = "Z" };
var messages = new Option<long>("--messages") { Description = "Messages to generate.", DefaultValueFactory = _ => 40_000 };
var replayed = new Option<long>("--messages") { Description = "Messages to generate.", DefaultValueFactory = _ => 200_000 };
var compared = new Option<long>("--messages") { Description = "Messages to generate.", DefaultValueFactory = _ => 100_000 };
var analyzed = new Option<long>("--customer-messages") { Description = "Customer messages of the history.", DefaultValueFactory = _ => 100_000 };
var seed = new Option<ulong>("--seed") { Description = "The generator's seed.", DefaultValueFactory = _ => 1 };
var entries = new Option<long>("--entries") { Description = "Values of the list.", DefaultValueFactory = _ => 1_000_000 };
var memory = new Option<bool>("--memory") { Description = "Generate 100,000 and then 1,000,000 messages and print the peak memory after each." };
var large = new Option<long>("--large") { Description = "Messages of a second history, for peak memory; 0 = none.", DefaultValueFactory = _ => 1_000_000 };
var facts = new Option<int>("--facts") { Description = "Messages that rules are evaluated on.", DefaultValueFactory = _ => 100_000 };
var reloads = new Option<int>("--reloads") { Description = "Reloads of a snapshot.", DefaultValueFactory = _ => 1_000 };
var sets = new Option<string[]>("--set") { Description = "A data set; may be repeated.", DefaultValueFactory = _ => ["airline", "goemotions", "banking77", "cfpb"], HelpName = "NAME" };
var trials = new Option<int>("--trials") { Description = "Trials of each search.", DefaultValueFactory = _ => 24 };
var bits = new Option<int>("--bits") { Description = "2^N buckets.", DefaultValueFactory = _ => 20, HelpName = "N" };
var peers = new Option<DirectoryInfo?>("--keep-peers") { Description = "Folder in which answers of the peers are kept for the next run.", HelpName = "DIR" };
var path = new Option<string>("--path") { Description = $"{LoadPlan.Messages} or {LoadPlan.Analyze}.", DefaultValueFactory = _ => LoadPlan.Messages };
path.AcceptOnlyFromAmong(LoadPlan.Messages, LoadPlan.Analyze);
var connections = new Option<int>("--connections") { Description = "Connections, each with one request at a time.", DefaultValueFactory = _ => 64 };
var rate = new Option<int?>("--rate") { Description = "Requests a second, sent whether or not earlier ones were answered. Default: as many as the connections get answered." };
var seconds = new Option<double>("--seconds") { Description = "How long it is measured.", DefaultValueFactory = _ => 20 };
var warmUp = new Option<double>("--warm-up") { Description = "Seconds of the same before.", DefaultValueFactory = _ => 8 };
var writers = new Option<int>("--customers") { Description = "Customers that write.", DefaultValueFactory = _ => 20_000 };
var folder = new Option<DirectoryInfo>("--folder") { Description = "Where the database lies.", DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()), HelpName = "DIR" };
var escalations = new Option<int>("--escalations") { Description = "Escalations to send.", DefaultValueFactory = _ => 200 };
var aMinute = new Option<int>("--a-minute") { Description = "Escalations a minute.", DefaultValueFactory = _ => 100 };

var root = new RootCommand("Measurements of Escalation. Figures are printed, never asserted.");
Add("extraction", "Context extraction against two readers.", p => ExtractionBenchmark.Run(p.GetRequiredValue(data).FullName, p.GetRequiredValue(half)), data, half);
Add("bundle-issue-words", "Learns rules/issue-words.csv from our own texts and openers of ibm_care.", p => BundledIssueWords.Run(p.GetRequiredValue(data).FullName), data);
Add("corpus", "How far writers and second reader of data/corpus agree.", _ => CorpusAgreement.Run());
Add("label-noise", "How well labels review finds flipped labels of airline.train.csv.", p => LabelNoise.Run(p.GetRequiredValue(data).FullName), data);
Add("quality", "Our training beside tuned scikit-learn and fastText on airline, goemotions, banking77 and cfpb, five folds.",
    p => QualityBenchmark.Run(p.GetRequiredValue(data).FullName, p.GetRequiredValue(sets), p.GetValue(trials), p.GetValue(bits), p.GetValue(peers)?.FullName), data, sets, trials, bits, peers);
Add("learning-curve", "Models from 100 to 3,000 of airline's rows, from the bundled champion and from nothing.", p => LearningCurve.Run(p.GetRequiredValue(data).FullName), data);
Add("facts-beside-text", "Whether repeats, wait, hour and turn help to predict frustration; needs scikit-learn.", p => FactsBesideText.Run(p.GetRequiredValue(data).FullName), data);
Add("scorer-speed", "The served scorer beside ML.NET's PredictionEngine in one warmed process; load time.", p => ScorerSpeed.Run(p.GetRequiredValue(data).FullName), data);
Add("explanation-speed", "What it costs to say which words a frustration score rests on.", p => ExplanationSpeed.Run(p.GetRequiredValue(data).FullName), data);
Add("bundle-teams", "Trains the bundled team model into models/, on our corpus.", _ => BundledTeams.Run(Path.Combine(Checkout.Root, "data", "corpus"), Path.Combine(Checkout.Root, "models")));
Add("bundle-models", "Trains the bundled frustration model into models/.", p => BundledModel.Run(p.GetRequiredValue(data).FullName, Path.Combine(Checkout.Root, "data", "corpus"), Path.Combine(Checkout.Root, "models")), data);
Add("rule-impact", "One edited rule over a cached history: its matches, the whole impact, overlaps of 200 rules.", p => RuleImpactBenchmark.Run(p.GetValue(analyzed), Path.Combine(Path.GetTempPath(), "escalation-rule-impact")), analyzed);
Add("rule-planes", "The fused plane beside hand-written C# and RulesEngine, the sampled reference check, time to serve and to swap, reloads.", p => RulePlanesBenchmark.Run(p.GetValue(facts), p.GetValue(reloads)), facts, reloads);
Add("rule-peers", "The fused plane beside json-rules-engine and zen-engine; needs Node.js and npm.", _ => RulePeersBenchmark.Run());
Add("lists", "Load time, memory and cost of a question of a list of 1,000,000 values.", p => ListBenchmark.Run(p.GetValue(entries)), entries);
Add("keywords", "One scan for up to 300 keywords a message of 200 characters.", _ => KeywordBenchmark.Run());
Add("synthetic", "How hard the generated texts are; with --memory what generating costs.",
    p => p.GetValue(memory) ? SyntheticMemory.Run() : SyntheticDifficulty.Run(p.GetValue(messages), p.GetValue(seed)), messages, seed, memory);
Add("service-desk", "Incidents, routing and repeat contact on servicenow_incidents.train.csv.", p => ServiceDeskReplay.Run(p.GetRequiredValue(data).FullName, p.GetRequiredValue(zone)), data, zone);
Add("replay-cache", "Two arms over a generated history: derived at each run, derived and kept, decided from what was kept.", p => ReplayCacheBenchmark.Run(p.GetValue(replayed)), replayed);
Add("sla", "Deadlines beside a reference that looks at the wall clock of every minute, in one run.", _ => SlaBenchmark.Run());
Add("replay-reference", "Two arms beside a replay written straightforwardly: SQL window queries, RulesEngine, ML.NET's PredictionEngine.", p => ReplayReference.Run(p.GetValue(compared)), compared);
Add("deciding", "Messages a second, bytes a message and peak memory of decide and replay.", p => DecidingBenchmark.Run(p.GetValue(messages), p.GetValue(large)), messages, large);
Add("notify", "From the answer to a message until its mail is at a real SMTP server, at a steady rate.", p => NotifyBenchmark.Run(p.GetValue(escalations), p.GetValue(aMinute)), escalations, aMinute);
Add("load", "Latency and throughput of a served process on loopback, durable before the answer.", p => LoadBenchmark.RunAsync(new LoadPlan(
    p.GetRequiredValue(path), p.GetValue(connections), p.GetValue(rate), TimeSpan.FromSeconds(p.GetValue(seconds)), TimeSpan.FromSeconds(p.GetValue(warmUp)), p.GetValue(writers), p.GetRequiredValue(folder).FullName)).GetAwaiter().GetResult(),
    path, connections, rate, seconds, warmUp, writers, folder);
return await root.Parse(args).InvokeAsync();

void Add(string name, string description, Func<ParseResult, int> run, params Option[] options)
{
    var command = new Command(name, description);
    foreach (var option in options) command.Options.Add(option);
    command.SetAction(run);
    root.Subcommands.Add(command);
}
