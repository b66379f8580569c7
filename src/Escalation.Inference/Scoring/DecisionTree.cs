namespace Escalation.Inference.Scoring;

/// <summary>A tree of questions whether an n-gram occurs in the text, ending in a score.</summary>
/// <remarks>
/// Questions stand in the order in which a walk meets them that goes first to where the n-gram is absent, and leaves from left to right: how many
/// questions lie on the absent side of each then tells the whole shape, and whatever these numbers are, no walk can run in circles.
/// </remarks>
/// <param name="Ngrams">What each question asks for: a place in <see cref="TreeTable.Buckets"/>.</param>
/// <param name="AbsentQuestions">How many questions follow on each one's absent side.</param>
/// <param name="Leaves">One more than there are questions, at most <see cref="MostLeaves"/>.</param>
public sealed record DecisionTree(ushort[] Ngrams, byte[] AbsentQuestions, float[] Leaves)
{
    /// <summary>Leaves that one tree may have: as many as there are bits in the number that says which can still be reached.</summary>
    public const int MostLeaves = 64;

    /// <summary>The same tree with all leaves times a coefficient.</summary>
    public DecisionTree Times(double coefficient) => this with { Leaves = Array.ConvertAll(Leaves, l => (float)(coefficient * l)) };

    /// <summary>Calls <paramref name="visit"/> for every question with its first leaf and the number of leaves on its absent side.</summary>
    internal void ForEachQuestion(Action<int, int, int> visit)
    {
        Visit(0, Ngrams.Length, 0);

        void Visit(int question, int count, int firstLeaf)
        {
            if (count == 0) return;
            var absent = AbsentQuestions[question];
            visit(Ngrams[question], firstLeaf, absent + 1);
            Visit(question + 1, absent, firstLeaf);
            Visit(question + 1 + absent, count - 1 - absent, firstLeaf + absent + 1);
        }
    }

    /// <summary>Whether the numbers fit each other: every absent side lies within its own part of the tree.</summary>
    internal bool IsWhole(int ngrams)
    {
        return Leaves.Length == Ngrams.Length + 1 && Leaves.Length <= MostLeaves && AbsentQuestions.Length == Ngrams.Length
            && Leaves.All(float.IsFinite) && Ngrams.All(n => n < ngrams) && Fits(0, Ngrams.Length);

        bool Fits(int question, int count) => count == 0
            || (AbsentQuestions[question] < count && Fits(question + 1, AbsentQuestions[question]) && Fits(question + 1 + AbsentQuestions[question], count - 1 - AbsentQuestions[question]));
    }
}
