using System.Globalization;
using System.Text.RegularExpressions;
using Escalation.Core.Tickets;
using Fluid;
using Fluid.Ast;

namespace Escalation.Rules.Notifications;

/// <summary>Liquid (Fluid) as all templates here have it: some names, no files, a bound on how long it runs.</summary>
internal static partial class LiquidText
{
    private const int MostSteps = 100_000;
    private static readonly FluidParser Parser = new(new FluidParserOptions { AllowFunctions = false });
    private static readonly TemplateOptions Options = new() { MaxSteps = MostSteps, CultureInfo = CultureInfo.InvariantCulture };

    /// <summary>Reads a template.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="names">The names that it may use.</param>
    /// <param name="report">Told of every problem: the character of the text at which it stands, and what is wrong.</param>
    /// <returns>Null with problems.</returns>
    public static IFluidTemplate? Parse(string text, IReadOnlyCollection<string> names, Action<int, string> report)
    {
        if (!Parser.TryParse(text, out var parsed, out var error))
        {
            var place = PlaceInError().Match(error);
            report(place.Success ? OffsetOf(text, int.Parse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(place.Groups[2].ValueSpan, CultureInfo.InvariantCulture)) : 0,
                $"this is no Liquid template: {(place.Success ? error[..place.Index].Trim() : error.Split('\n')[0])}");
            return null;
        }
        var check = new NameCheck(text, names, report);
        check.VisitTemplate(parsed);
        return check.Found > 0 ? null : parsed;
    }

    /// <summary>Fills a template; what is missing is blank.</summary>
    /// <exception cref="InvalidOperationException">It runs too long.</exception>
    public static string Render(IFluidTemplate template, IReadOnlyDictionary<string, object?> values)
    {
        var context = new TemplateContext(Options);
        foreach (var (name, value) in values) context.SetValue(name, value);
        return template.Render(context);
    }

    /// <summary>The line and column, from 1, of a character of a text.</summary>
    public static (int Line, int Column) PlaceOf(string text, int offset)
    {
        var before = text[..Math.Clamp(offset, 0, text.Length)];
        return (before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    private static int OffsetOf(string text, int line, int column)
    {
        var start = 0;
        for (var i = 1; i < line && text.IndexOf('\n', start) is var end && end >= 0; i++) start = end + 1;
        return Math.Clamp(start + column - 1, 0, text.Length);
    }

    [GeneratedRegex(@" at \((\d+):(\d+)\)")]
    private static partial Regex PlaceInError();

    /// <summary>Finds names and filters that there are not: they would only be blank, and nobody would notice.</summary>
    private sealed class NameCheck(string text, IReadOnlyCollection<string> names, Action<int, string> report) : AstVisitor
    {
        private readonly HashSet<string> own = new(StringComparer.Ordinal) { "forloop" };

        public int Found { get; private set; }

        protected override Statement VisitForStatement(ForStatement forStatement)
        {
            own.Add(forStatement.Identifier);
            return base.VisitForStatement(forStatement);
        }

        protected override Statement VisitAssignStatement(AssignStatement assignStatement)
        {
            own.Add(assignStatement.Identifier);
            return base.VisitAssignStatement(assignStatement);
        }

        protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
        {
            own.Add(captureStatement.Identifier);
            return base.VisitCaptureStatement(captureStatement);
        }

        protected override Statement VisitIncludeStatement(IncludeStatement includeStatement) => Refuse(includeStatement, "include");

        protected override Statement VisitRenderStatement(RenderStatement renderStatement) => Refuse(renderStatement, "render");

        protected override Statement VisitFromStatement(FromStatement fromStatement) => Refuse(fromStatement, "from");

        protected override Expression VisitMemberExpression(MemberExpression memberExpression)
        {
            if (memberExpression.Segments[0] is IdentifierSegment { Identifier: var name } && !own.Contains(name) && !names.Contains(name))
                Problem(name, $"there is no \"{name}\"{Suggestion.For(name, names)}");
            return base.VisitMemberExpression(memberExpression);
        }

        protected override Expression VisitFilterExpression(FilterExpression filterExpression)
        {
            if (!Options.Filters.TryGetValue(filterExpression.Name, out _)) Problem(filterExpression.Name, $"there is no filter \"{filterExpression.Name}\"");
            return base.VisitFilterExpression(filterExpression);
        }

        private Statement Refuse(Statement statement, string tag)
        {
            Problem(tag, $"{{% {tag} %}} is not honoured: a template stands for itself");
            return statement;
        }

        private void Problem(string word, string message)
        {
            Found++;
            var at = Regex.Match(text, @"(?<=\{[{%](?:(?![%}]\}).)*)\b" + Regex.Escape(word) + @"\b", RegexOptions.Singleline);
            report(at.Success ? at.Index : 0, message);
        }
    }
}
