namespace Escalation.Rules.Functions;

/// <summary>What one call of a script function may use. A call that goes over is an error of the rule that made it, never a miss.</summary>
/// <remarks>
/// <see cref="Statements"/> decides, since it counts alike on every machine; the two wall-clock limits are a backstop, and a call that they stop is tried
/// once more. Measured before this was built: Jint checks limits between statements and on every string it builds.
/// </remarks>
public static class ScriptLimits
{
    /// <summary>Most statements a call runs, loops and calls included.</summary>
    public const int Statements = 20_000;

    /// <summary>Deepest nesting of calls.</summary>
    public const int Recursion = 32;

    /// <summary>Most bytes a call allocates.</summary>
    public const int Bytes = 4_000_000;

    /// <summary>Longest list, in elements.</summary>
    public const int ArrayLength = 10_000;

    /// <summary>Longest time of a call, milliseconds of the wall clock.</summary>
    public const int Milliseconds = 2_000;

    /// <summary>Longest time of one search by a regular expression, milliseconds of the wall clock.</summary>
    public const int RegexMilliseconds = 100;

    /// <summary>Longest file, in UTF-16 characters.</summary>
    public const int SourceCharacters = 20_000;

    /// <summary>Deepest nesting of the source.</summary>
    public const int SourceDepth = 60;
}
