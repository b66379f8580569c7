using Escalation.Core.Decisions;

namespace Escalation.Core.Derived.Text;

/// <summary>Which product a message is about.</summary>
/// <param name="Index">Its index in the catalogue, or -1.</param>
/// <param name="Confidence">0 to 1.</param>
internal readonly record struct ProductGuess(int Index, double Confidence);

/// <summary>Weighs the mentions of products: names over platforms, weak names and hints, helped by the company that was addressed.</summary>
internal sealed class ProductFinder(ProductCatalogue catalogue)
{
    private const double Alias = 3;
    private const double Platform = 2;
    private const double Weak = 1.2;
    private const double Hint = 1;
    private const double CompanyDefault = 2.5;
    private const double CompanyHinted = 2;
    private const double CompanyNamed = .75;
    private const double Again = .3;
    private const int MostAgain = 2;
    private const double Close = .5;

    private readonly int[][] companyProducts = [.. catalogue.Companies.Select(c => c.Products.Select(name => IndexOf(catalogue, name)).ToArray())];
    private readonly Dictionary<string, int> companyByHandle = Handles(catalogue);

    /// <summary>The company whose account a brand is, or -1.</summary>
    public int CompanyOf(string? brand) => brand is not null && companyByHandle.TryGetValue(brand, out var company) ? company : -1;

    /// <summary>The most likely product.</summary>
    public ProductGuess Find(ContextScratch work, ReadOnlySpan<CompiledCue> cues, int brandCompany)
    {
        var hits = work.Hits;
        foreach (ref readonly var hit in hits) Count(hit, cues[hit.Phrase], work);
        var addressed = brandCompany;
        var any = addressed >= 0;
        foreach (ref readonly var hit in hits)
            if (cues[hit.Phrase] is { Kind: CueKind.Company, Target: var company })
            {
                Address(company, work);
                any = true;
                if (company == addressed) addressed = -1;
            }
        if (addressed >= 0) Address(addressed, work);
        return Best(work, any);
    }

    private static void Count(in PhraseHit hit, in CompiledCue cue, ContextScratch work)
    {
        if (cue.Kind is not (CueKind.ProductAlias or CueKind.ProductWeak or CueKind.ProductHint)) return;
        ref var score = ref work.Product(cue.Target);
        if (!score.Mentioned) score.First = hit.FirstToken;
        score.First = Math.Min(score.First, hit.FirstToken);
        if (cue.Kind == CueKind.ProductHint) score.Hints++;
        else if (cue.Kind == CueKind.ProductAlias) score.Aliases++;
        else score.Weaks++;
    }

    private void Address(int company, ContextScratch work)
    {
        var products = companyProducts[company];
        for (var i = 0; i < products.Length; i++)
        {
            var isDefault = i == 0 && catalogue.Companies[company].HasDefault;
            if (!isDefault && !work.IsMentioned(products[i])) continue;
            ref var score = ref work.Product(products[i]);
            score.OfCompany |= score.Mentioned;
            score.IsDefault |= isDefault;
        }
    }

    private ProductGuess Best(ContextScratch work, bool addressed)
    {
        int best = -1, first = int.MaxValue;
        double top = 0, second = 0;
        foreach (var i in work.Touched)
        {
            ref readonly var score = ref work.Product(i);
            var sum = Sum(score, catalogue.Products[i].IsPlatform, addressed);
            if (sum <= 0) continue;
            var start = score.Mentioned ? score.First : int.MaxValue;
            if (sum > top || (sum == top && (start < first || (start == first && i < best)))) (best, first, second, top) = (i, start, top, sum);
            else if (sum > second) second = sum;
        }
        if (best < 0) return new ProductGuess(-1, 0);
        ref readonly var winner = ref work.Product(best);
        var confidence = winner.Aliases > 0 ? .9 : winner.Weaks > 0 ? .6 : .5;
        if (winner.OfCompany) confidence += .05;
        if (top - second < Close) confidence -= .2;
        return new ProductGuess(best, Rounding.Score(confidence));
    }

    /// <summary>One hint alone is nothing; hints and platforms of others are nothing where a company was addressed.</summary>
    private static double Sum(in ProductScore score, bool platform, bool addressed)
    {
        var hints = score.Hints > 1 ? Hint * 1.5 : Hint * score.Hints;
        var names = score.Aliases > 0 ? platform ? Platform : Alias : score.Weaks > 0 ? Weak : 0;
        if (names > 0) names += Again * Math.Min(MostAgain, score.Aliases + score.Weaks - 1);
        if (score.IsDefault) return Math.Max(CompanyDefault, score.Aliases > 0 ? names + CompanyNamed : 0) + Math.Min(Hint * .75, (hints + score.Weaks) / 2);
        if (score.OfCompany) return score.Aliases > 0 ? names + CompanyNamed + hints / 2 : CompanyHinted + Math.Max(names, hints);
        if (addressed) return platform ? 0 : names;
        return names > 0 ? names + hints : score.Hints > 1 ? hints : 0;
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
    /// <summary>The message that it belongs to.</summary>
    public int Round;
    public int Aliases;
    public int Weaks;
    public int Hints;
    public int First;
    public bool IsDefault;
    public bool OfCompany;

    public readonly bool Mentioned => Aliases + Weaks + Hints > 0;
}
