namespace Escalation.Core.Derived.Text;

/// <summary>Case-folded words, and words with a <c>*</c> for any ending, in a double array: one table look-up a character.</summary>
/// <remarks>Immutable once built, safe to share.</remarks>
internal sealed class WordTrie
{
    /// <summary>The state before the first character.</summary>
    public const int Root = 1;

    private readonly ushort[] symbols = new ushort[char.MaxValue + 1];
    private Cell[] cells = new Cell[256];
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
        var next = cells[state].Offset + symbol;
        return (uint)next < (uint)cells.Length && cells[next].Parent == state ? next : 0;
    }

    /// <summary>The id of the word that ends in this state, or 0.</summary>
    public int Word(int state) => cells[state].Word;

    /// <summary>The id of the longest word with <c>*</c> that the path to this state begins with, or 0.</summary>
    public int Prefix(int state) => cells[state].Prefix;

    /// <summary>The next shorter word with <c>*</c>, or 0.</summary>
    public int ShorterPrefix(int id) => shorterPrefix[id];

    private void Place(Node root)
    {
        var queue = new Queue<(Node Node, int State, int Prefix)>([(root, Root, 0)]);
        cells[Root].Parent = -1;
        var firstFree = Root + 1;
        while (queue.TryDequeue(out var item))
        {
            var (node, state, prefix) = item;
            if (node.PrefixId > 0) (shorterPrefix[node.PrefixId], prefix) = (prefix, node.PrefixId);
            (cells[state].Word, cells[state].Prefix) = (node.WordId, prefix);
            if (node.Children.Count == 0) continue;
            while (firstFree < cells.Length && cells[firstFree].Parent != 0) firstFree++;
            var offset = Math.Max(1, firstFree - node.Children.Keys[0]);
            while (!Fits(offset, node.Children.Keys)) offset++;
            cells[state].Offset = offset;
            foreach (var (symbol, child) in node.Children)
            {
                cells[offset + symbol].Parent = state;
                queue.Enqueue((child, offset + symbol, prefix));
            }
        }
    }

    private bool Fits(int offset, IList<ushort> children)
    {
        foreach (var symbol in children)
        {
            var place = offset + symbol;
            if (place >= cells.Length) Array.Resize(ref cells, Math.Max(place + 1, cells.Length * 2));
            if (cells[place].Parent != 0) return false;
        }
        return true;
    }

    /// <summary>A state: everything that one step needs lies together.</summary>
    private struct Cell
    {
        public int Offset;
        public int Parent;
        public int Word;
        public int Prefix;
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
