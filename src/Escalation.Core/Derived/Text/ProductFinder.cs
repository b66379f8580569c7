using Escalation.Core.Decisions;

namespace Escalation.Core.Derived.Text;

/// <summary>Which product a message is about.</summary>
/// <param name="Index">Its index in the catalogue, or -1.</param>
/// <param name="Confidence">0 to 1.</param>
internal readonly record struct ProductGuess(int Index, double Confidence);

/// <summary>Weighs the mentions of products: names over weak names over hints, helped by the company that was addressed.</summary>
internal sealed class ProductFinder(ProductCatalogue catalogue)
{
    private const double Alias = 3;
    private const double Weak = 1.2;
    private const double Hint = 1;
    private const double CompanyDefault = 1.5;
    private const double CompanyOther = .75;
    private const double Again = .3;
    private const int MostAgain = 2;
    private const double Close = .5;

    private readonly int[][] companyProducts = [.. catalogue.Companies.Select(c => c.Products.Select(name => IndexOf(catalogue, name)).ToArray())];
    private readonly Dictionary<string, int> companyByHandle = Handles(catalogue);

    /// <summary>The company whose account a brand is, or -1.</summary>
    public int CompanyOf(string? brand) => brand is not null && companyByHandle.TryGetValue(brand, out var company) ? company : -1;

    /// <summary>The most likely product.</summary>
    public ProductGuess Find(ReadOnlySpan<PhraseHit> hits, ReadOnlySpan<CompiledCue> cues, int brandCompany, Span<ProductScore> scores)
    {
        scores.Clear();
        foreach (ref readonly var hit in hits) Count(hit, cues[hit.Phrase], scores);
        var addressed = brandCompany;
        foreach (ref readonly var hit in hits)
            if (cues[hit.Phrase] is { Kind: CueKind.Company, Target: var company })
            {
                Address(company, scores);
                if (company == addressed) addressed = -1;
            }
        if (addressed >= 0) Address(addressed, scores);
        return Best(scores);
    }

    private static void Count(in PhraseHit hit, in CompiledCue cue, Span<ProductScore> scores)
    {
        if (cue.Kind is not (CueKind.ProductAlias or CueKind.ProductWeak or CueKind.ProductHint)) return;
        ref var score = ref scores[cue.Target];
        if (!score.Mentioned) score.First = hit.FirstToken;
        score.First = Math.Min(score.First, hit.FirstToken);
        if (cue.Kind == CueKind.ProductHint) score.Hints++;
        else if (cue.Kind == CueKind.ProductAlias) score.Aliases++;
        else score.Weaks++;
    }

    private void Address(int company, Span<ProductScore> scores)
    {
        var products = companyProducts[company];
        for (var i = 0; i < products.Length; i++)
        {
            ref var score = ref scores[products[i]];
            if (i == 0 && catalogue.Companies[company].HasDefault) score.Company = CompanyDefault;
            else if (score.Mentioned) score.Company = Math.Max(score.Company, CompanyOther);
        }
    }

    private static ProductGuess Best(ReadOnlySpan<ProductScore> scores)
    {
        int best = -1, first = int.MaxValue;
        double top = 0, second = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            ref readonly var score = ref scores[i];
            var sum = Sum(score);
            if (sum <= 0) continue;
            var start = score.Mentioned ? score.First : int.MaxValue;
            if (sum > top || (sum == top && start < first)) (best, first, second, top) = (i, start, top, sum);
            else if (sum > second) second = sum;
        }
        if (best < 0) return new ProductGuess(-1, 0);
        ref readonly var winner = ref scores[best];
        var confidence = winner.Aliases > 0 ? .9 : winner.Weaks > 0 ? .6 : .5;
        if (winner.Company > 0 && winner.Mentioned) confidence += .05;
        if (top - second < Close) confidence -= .2;
        return new ProductGuess(best, Rounding.Score(confidence));
    }

    private static double Sum(in ProductScore score)
    {
        var names = score.Aliases > 0 ? Alias : score.Weaks > 0 ? Weak : 0;
        if (names > 0) names += Again * Math.Min(MostAgain, score.Aliases + score.Weaks - 1);
        var hints = score.Company > 0 || names > 0 || score.Hints > 1 ? Hint * Math.Min(MostAgain, score.Hints) : 0;
        return names + hints + score.Company;
    }

    private static Dictionary<string, int> Handles(ProductCatalogue catalogue)
    {
        var handles = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < catalogue.Companies.Count; i++)
        {
            handles[catalogue.Companies[i].Name] = i;
            foreach (var handle in catalogue.Companies[i].Handles) handles[handle.TrimStart('@')] = i;
        }
        return handles;
    }

    private static int IndexOf(ProductCatalogue catalogue, string name)
    {
        for (var i = 0; i < catalogue.Products.Count; i++)
            if (string.Equals(catalogue.Products[i].Name, name, StringComparison.Ordinal)) return i;
        throw new ArgumentException($"product '{name}' of a company is not defined under products");
    }
}

/// <summary>What speaks for one product.</summary>
internal struct ProductScore
{
    public int Aliases;
    public int Weaks;
    public int Hints;
    public int First;
    public double Company;

    public readonly bool Mentioned => Aliases + Weaks + Hints > 0;
}
