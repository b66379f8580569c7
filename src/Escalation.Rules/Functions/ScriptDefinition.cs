using Acornima;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;
using Jint;

namespace Escalation.Rules.Functions;

/// <summary>A functions/NAME.js that passed every check.</summary>
/// <param name="Name">The file's name and that of the function in it.</param>
/// <param name="File">Path inside the folder.</param>
/// <param name="Source">As hashed.</param>
/// <param name="Hash">SHA-256 of the source.</param>
/// <param name="Facts">Facts read, as <c>root.Member</c>: only these are copied for a call.</param>
/// <param name="KeywordClasses">Classes that it asks for by name.</param>
internal sealed record ScriptDefinition(string Name, string File, string Source, string Hash, IReadOnlyList<string> Facts, IReadOnlyList<string> KeywordClasses)
{
    private static readonly ScriptPreparationOptions Options = ScriptPreparationOptions.Default with
    {
        ParsingOptions = ScriptPreparationOptions.Default.ParsingOptions with { RegexTimeout = TimeSpan.FromMilliseconds(ScriptLimits.RegexMilliseconds) },
    };

    /// <summary>The function of a file; null, with problems, where it is wrong.</summary>
    public static ScriptDefinition? Read(string name, string file, string text, KnownNames known, ProblemList problems)
    {
        var start = new Place(file, 1, 1);
        if (!Names.IsIdentifier(name)) return Wrong(start, "a function is named with small letters, digits and _, for example functions/refund_loop.js");
        if (FactRoots.Routing.ContainsKey(name) || ScriptSandbox.Globals.ContainsKey(name)) return Wrong(start, $"\"{name}\" means something else in scripts already; give the file another name");
        if (text.Length > ScriptLimits.SourceCharacters) return Wrong(start, $"the file has {text.Length} characters, {ScriptLimits.SourceCharacters} are the most");
        try
        {
            var check = new ScriptCheck(name, file, known, problems);
            return check.Allows(new Parser().ParseScript(text, file, strict: true))
                ? new ScriptDefinition(name, file, text, NormalisedText.Hash(text), [.. check.Facts], [.. check.KeywordClasses])
                : null;
        }
        catch (ParseErrorException exception)
        {
            return Wrong(new Place(file, Math.Max(1, exception.LineNumber), exception.Column + 1), exception.Description);
        }
        catch (InsufficientExecutionStackException)
        {
            return Wrong(start, "the source is nested too deep to be read");
        }

        ScriptDefinition? Wrong(Place place, string message)
        {
            problems.Error(place, name, message);
            return null;
        }
    }

    /// <summary>The source so that all of it lives for one call: facts are parameters, and nothing of one call is there in the next.</summary>
    /// <remarks>The source begins in line 2 of it.</remarks>
    public Prepared<Acornima.Ast.Script> Prepare(IEnumerable<string> roots) =>
        Engine.PrepareScript($"(function ({string.Join(", ", roots)}) {{\n{Source}\nreturn {Name}();\n}})", File, strict: true, Options);
}
