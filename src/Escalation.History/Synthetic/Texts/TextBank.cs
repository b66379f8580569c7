using System.Reflection;

namespace Escalation.History.Synthetic.Texts;

/// <summary>All wordings of one language and one part, by section.</summary>
/// <remarks>
/// Train and test are two banks without a common wording, so that a model that learned phrases by heart is found out.
/// Files: <c>Texts/LANGUAGE.PART.txt</c>. Immutable and safe to share between threads.
/// </remarks>
internal sealed class TextBank
{
    /// <summary>Languages with a bank, English first.</summary>
    public static readonly string[] Languages = ["en", "de", "es", "fr"];

    private static readonly Dictionary<string, string[]> WeekdayNames = new(StringComparer.Ordinal)
    {
        ["en"] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        ["de"] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
        ["es"] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
        ["fr"] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    };

    private readonly Dictionary<string, Template[]> sections;

    private TextBank(string language, Dictionary<string, Template[]> sections) => (Language, this.sections) = (language, sections);

    /// <summary>ISO 639-1 code.</summary>
    public string Language { get; }

    /// <summary>Names of the sections.</summary>
    public IEnumerable<string> Sections => sections.Keys;

    /// <summary>Weekdays of the language, Monday first.</summary>
    public IReadOnlyList<string> Weekdays => WeekdayNames[Language];

    /// <summary>The wordings of a section, or of the nearest wider one: <c>fact.billing.refund</c>, then <c>fact.billing</c>, then <c>fact</c>; none where even that is missing.</summary>
    public Template[] this[string section]
    {
        get
        {
            while (true)
            {
                if (sections.TryGetValue(section, out var found)) return found;
                var dot = section.LastIndexOf('.');
                if (dot < 0) return [];
                section = section[..dot];
            }
        }
    }

    /// <summary>The bank of a language and part, read from the assembly.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="part"><c>train</c> or <c>test</c>.</param>
    /// <exception cref="FormatException">A line cannot be read; the message names file and line.</exception>
    public static TextBank Load(string language, string part)
    {
        var name = $"{language}.{part}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Escalation.History.Synthetic.Texts.{name}")
            ?? throw new FormatException($"the wordings {name} are not in this build");
        using var reader = new StreamReader(stream);
        var lists = new Dictionary<string, List<Template>>(StringComparer.Ordinal);
        List<Template>? current = null;
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[') lists.Add(line.Trim('[', ']'), current = []);
            else if (current is null) throw new FormatException($"{name}:{number}: a wording stands before the first [section]");
            else current.Add(Parse(name, number, line));
        }
        return new TextBank(language, lists.ToDictionary(l => l.Key, l => l.Value.ToArray(), StringComparer.Ordinal));
    }

    private static Template Parse(string name, int number, string line)
    {
        try
        {
            return Template.Parse(line);
        }
        catch (FormatException problem)
        {
            throw new FormatException($"{name}:{number}: {problem.Message}", problem);
        }
    }
}
