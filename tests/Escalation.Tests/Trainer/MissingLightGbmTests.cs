using Escalation.Inference.Registry;
using Escalation.Tests.Cli;
using Escalation.Trainer.Search;

namespace Escalation.Tests.Trainer;

/// <summary>The executable as it is on a machine for which LightGBM has no native library: a copy of the program without the file.</summary>
public sealed class MissingLightGbmTests : IDisposable
{
    private const string NativeLibrary = "lib_lightgbm";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-no-lightgbm");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_trial_says_that_it_was_not_run_and_FastTree_takes_its_place()
    {
        var program = Path.Combine(folder.FullName, "program");
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Where(IsNeeded))
        {
            var copy = Path.Combine(program, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        SomeCorpus.WriteCsv(Path.Combine(folder.FullName, "corpus.csv"), r => r.Positive ? "yes" : "no");
        string[] train = ["train", "--target", "frustration", "--data", "corpus.csv", "--label-column", "frustrated", "--out", "models", "--from", "none", "--trials", "5"];
        (await EscalationProcess.RunInstalledAsync(program, folder.FullName, train)).Ended(0)
            .Says("not run: LightGBM's native library cannot be loaded on this machine", "FastTree takes its place", "trained on all rows");

        var version = Assert.Single(Directory.GetDirectories(Path.Combine(folder.FullName, "models", "frustration")));
        var trials = File.ReadAllLines(Path.Combine(version, TrialFile.Name));
        Assert.Contains("not run: ", Assert.Single(trials, t => t.Contains("learner=LightGbm", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith(",", Assert.Single(trials, t => t.Contains("learner=FastTree", StringComparison.Ordinal)), StringComparison.Ordinal);
        ModelSelfTest.Run(ModelRegistry.Open(Path.Combine(folder.FullName, "models")).Choose("frustration").Entry!);
    }

    private static bool IsNeeded(string file) => !Path.GetFileName(file).StartsWith(NativeLibrary, StringComparison.Ordinal)
        && (Path.GetExtension(file) is ".dll" or ".json" || file.Contains("runtimes", StringComparison.Ordinal));
}
