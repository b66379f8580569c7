namespace Escalation.Core.Derived.Text;

/// <summary>Case-folded words, and words with a <c>*</c> for any ending, in a double array: one table look-up a character.</summary>
/// <remarks>Immutable once built, safe to share.</remarks>
internal sealed class WordTrie
{
    /// <summary>The state before the first character.</summary>
    public const int Root = 1;

    private readonly ushort[] symbols = new ushort[char.MaxValue + 1];
    private int[] offsets = new int[256];
    private int[] parents = new int[256];
    private int[] words = new int[256];
    private int[] prefixes = new int[256];
    private readonly int[] shorterPrefix;

    /// <summary>Builds the trie.</summary>
    /// <param name="entries">Folded words with their ids above 0; <c>Prefix</c> for those that match any ending.</param>
    /// <param name="ids">One more than the highest id.</param>
    public WordTrie(IReadOnlyList<(string Word, bool Prefix, int Id)> entries, int ids)
    {
        shorterPrefix = new int[ids];
        var root = new Node();
        ushort known = 0;
        foreach (var (word, prefix, id) in entries)
        {
            var node = root;
            foreach (var c in word)
            {
                if (symbols[c] == 0) symbols[c] = ++known;
                node = node.Child(symbols[c]);
            }
            if (prefix) node.PrefixId = id;
            else node.WordId = id;
        }
        for (var c = 0; c <= char.MaxValue; c++)
            if (symbols[CharKinds.Fold((char)c)] is > 0 and var symbol) symbols[c] = symbol;
        Place(root);
    }

    /// <summary>The state after one more character; 0 where no word goes on like this.</summary>
    public int Step(int state, char c)
    {
        var symbol = symbols[c];
        if (symbol == 0) return 0;
        var next = offsets[state] + symbol;
        return (uint)next < (uint)parents.Length && parents[next] == state ? next : 0;
    }

    /// <summary>The id of the word that ends in this state, or 0.</summary>
    public int Word(int state) => words[state];

    /// <summary>The id of the longest word with <c>*</c> that the path to this state begins with, or 0.</summary>
    public int Prefix(int state) => prefixes[state];

    /// <summary>The next shorter word with <c>*</c>, or 0.</summary>
    public int ShorterPrefix(int id) => shorterPrefix[id];

    private void Place(Node root)
    {
        var queue = new Queue<(Node Node, int State, int Prefix)>([(root, Root, 0)]);
        parents[Root] = -1;
        var firstFree = Root + 1;
        while (queue.TryDequeue(out var item))
        {
            var (node, state, prefix) = item;
            if (node.PrefixId > 0) (shorterPrefix[node.PrefixId], prefix) = (prefix, node.PrefixId);
            (words[state], prefixes[state]) = (node.WordId, prefix);
            if (node.Children.Count == 0) continue;
            while (firstFree < parents.Length && parents[firstFree] != 0) firstFree++;
            var offset = Math.Max(1, firstFree - node.Children.Keys[0]);
            while (!Fits(offset, node.Children.Keys)) offset++;
            offsets[state] = offset;
            foreach (var (symbol, child) in node.Children)
            {
                parents[offset + symbol] = state;
                queue.Enqueue((child, offset + symbol, prefix));
            }
        }
    }

    private bool Fits(int offset, IList<ushort> children)
    {
        foreach (var symbol in children)
        {
            var place = offset + symbol;
            if (place >= parents.Length) Grow(place + 1);
            if (parents[place] != 0) return false;
        }
        return true;
    }

    private void Grow(int least)
    {
        var length = Math.Max(least, parents.Length * 2);
        Array.Resize(ref offsets, length);
        Array.Resize(ref parents, length);
        Array.Resize(ref words, length);
        Array.Resize(ref prefixes, length);
    }

    private sealed class Node
    {
        public readonly SortedList<ushort, Node> Children = [];
        public int WordId;
        public int PrefixId;

        public Node Child(ushort symbol)
        {
            if (!Children.TryGetValue(symbol, out var child)) Children.Add(symbol, child = new Node());
            return child;
        }
    }
}
