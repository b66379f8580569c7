using System.Numerics;

namespace Escalation.Core.Derived.Text;

/// <summary>One word or sign of a text, as the phrases see it.</summary>
/// <param name="Exact">Id of the word, or 0.</param>
/// <param name="Prefix">Id of the longest <c>word*</c> that it begins with, or 0.</param>
/// <param name="Special"><see cref="PhraseTrie.Number"/>, <see cref="PhraseTrie.Time"/> or 0.</param>
/// <param name="IsWord">False for signs.</param>
/// <param name="Start">Its offset.</param>
/// <param name="ExactEnd">Where the exact word ends: before a possessive <c>'s</c>.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Index">Which word of the text it is.</param>
internal readonly record struct Token(int Exact, int Prefix, int Special, bool IsWord, int Start, int ExactEnd, int End, int Index);

/// <summary>Phrases as paths over word ids; several paths may be open at once.</summary>
internal sealed class PhraseTrie
{
    public const int Number = 1;
    public const int Time = 2;
    public const int AnyWord = 3;
    public const int FirstWord = 4;

    private const int Jump = -1;

    private Dictionary<long, int>? building = [];
    private readonly List<int> firstEnd = [-1];
    private readonly List<(int Phrase, int Class, int Next)> ends = [];
    private int[] rootChild = [];
    private int[] anyChild = [];
    private bool[] goesOn = [];
    private int[] endOf = [];
    private (int Phrase, int Class, int Next)[] endList = [];
    private long[] keys = [];
    private int[] children = [];

    /// <summary>The node after <paramref name="id"/>.</summary>
    public int Add(int node, int id)
    {
        var key = Key(node, id);
        if (building!.TryGetValue(key, out var child)) return child;
        building.Add(key, child = firstEnd.Count);
        firstEnd.Add(-1);
        return child;
    }

    /// <summary>A phrase ends here.</summary>
    public void End(int node, int phrase, int phraseClass)
    {
        ends.Add((phrase, phraseClass, firstEnd[node]));
        firstEnd[node] = ends.Count - 1;
    }

    /// <summary>A second beginning, reached by every phrase of a group.</summary>
    public int Start()
    {
        firstEnd.Add(-1);
        return firstEnd.Count - 1;
    }

    /// <summary>A phrase of a group ends here: what begins with the group goes on from its start.</summary>
    public void EndOfGroup(int node, int start) => End(node, Jump, start);

    /// <summary>Turns the edges into flat tables.</summary>
    public void Freeze(int ids)
    {
        rootChild = new int[ids];
        anyChild = new int[firstEnd.Count];
        goesOn = new bool[firstEnd.Count];
        endOf = [.. firstEnd];
        endList = [.. ends];
        keys = new long[(int)BitOperations.RoundUpToPowerOf2((uint)(building!.Count * 2 + 2))];
        children = new int[keys.Length];
        foreach (var (key, child) in building)
        {
            var (node, id) = ((int)(key >> 32), (int)key);
            goesOn[node] = true;
            if (node == 0) rootChild[id] = child;
            else if (id == AnyWord) anyChild[node] = child;
            else
            {
                var slot = Slot(key);
                while (keys[slot] != 0) slot = (slot + 1) & (keys.Length - 1);
                (keys[slot], children[slot]) = (key, child);
            }
        }
        building = null;
    }

    /// <summary>Takes one more word of the text.</summary>
    public void Advance(Scratch work, in Token token, WordTrie words)
    {
        work.NextCount = 0;
        for (var i = 0; i < work.ActiveCount; i++)
        {
            var path = work.Active[i];
            if (token.Exact != 0) Arrive(work, Child(path.Node, token.Exact), path, token.ExactEnd, token.Index);
            for (var prefix = token.Prefix; prefix != 0; prefix = words.ShorterPrefix(prefix)) Arrive(work, Child(path.Node, prefix), path, token.End, token.Index);
            if (token.Special != 0) Arrive(work, Child(path.Node, token.Special), path, token.End, token.Index);
            if (token.IsWord) Arrive(work, anyChild[path.Node], path, token.End, token.Index);
        }
        var fresh = new OpenPath(0, token.Start, token.Index);
        if (token.Exact != 0) Arrive(work, rootChild[token.Exact], fresh, token.ExactEnd, token.Index);
        for (var prefix = token.Prefix; prefix != 0; prefix = words.ShorterPrefix(prefix)) Arrive(work, rootChild[prefix], fresh, token.End, token.Index);
        if (token.Special != 0) Arrive(work, rootChild[token.Special], fresh, token.End, token.Index);
        work.Swap();
    }

    private void Arrive(Scratch work, int node, in OpenPath path, int end, int token)
    {
        if (node == 0) return;
        for (var e = endOf[node]; e >= 0; e = endList[e].Next)
        {
            ref readonly var ending = ref endList[e];
            if (ending.Phrase == Jump) Arrive(work, ending.Class, path, end, token);
            else work.Add(new PhraseHit(ending.Phrase, ending.Class, path.Start, end, path.FirstToken, token));
        }
        if (goesOn[node]) work.Open(path with { Node = node });
    }

    private int Child(int node, int id)
    {
        var key = Key(node, id);
        for (var slot = Slot(key); ; slot = (slot + 1) & (keys.Length - 1))
        {
            if (keys[slot] == key) return children[slot];
            if (keys[slot] == 0) return 0;
        }
    }

    private static long Key(int node, int id) => ((long)node << 32) | (uint)id;

    private int Slot(long key) => (int)(((ulong)key * 0x9E3779B97F4A7C15) >> 40) & (keys.Length - 1);
}

/// <summary>A phrase that has begun and may go on.</summary>
internal readonly record struct OpenPath(int Node, int Start, int FirstToken);
