using System.Globalization;
using System.Text.RegularExpressions;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;
using Fluid;
using Fluid.Ast;

namespace Escalation.Rules.Notifications;

/// <summary>A Liquid template of notifications: the first line that is not blank is the title, the rest the text.</summary>
/// <remarks>Immutable and thread-safe. It sees the names of <see cref="Names"/> only, reads no file, and everything that can be wrong with it is found when it is read.</remarks>
public sealed partial class NotificationTemplate
{
    private const int MostSteps = 100_000;
    private const int MostTitle = 200;

    /// <summary>Names that a template may use, with what they hold.</summary>
    public static readonly IReadOnlyDictionary<string, string> Names = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["step"] = "the kind of notice, for example episode_opened",
        ["subject"] = "the episode or rule",
        ["episode"] = "the episode; blank for notices about rules",
        ["ticket"] = "its ticket",
        ["customer"] = "its customer",
        ["band"] = "its band in words, for example immediate escalation",
        ["team"] = "the team as people call it",
        ["team_id"] = "the team's id",
        ["priority"] = "low, normal, high or urgent",
        ["deadline"] = "until when it should be seen to, in the team's time zone, with the zone",
        ["deadline_utc"] = "the same in UTC",
        ["reasons"] = "a list of reasons in words, the weightiest first",
        ["excerpt"] = "the beginning of what the customer wrote, on one line",
        ["rule"] = "the rule; blank for notices about episodes",
        ["detail"] = "what happened, for notices about rules",
        ["incident"] = "the problem of many customers that the episode stands for; blank where it stands for none",
        ["count"] = "digest only: how many escalations it tells of",
        ["group"] = "digest only: what they have in common",
        ["items"] = "digest only: a list of lines, one for each of the first of them",
        ["more"] = "digest only: how many have no line",
        ["acknowledge_url"] = "a link by which the recipient says that they look at it; blank without publicUrl",
        ["confirm_url"] = "a link by which the recipient says that it was right to escalate",
        ["dismiss_url"] = "a link by which the recipient dismisses it",
        ["assign_url"] = "a link by which the recipient assigns it to a team",
        ["url"] = "where to look; blank without publicUrl",
    };

    private static readonly FluidParser Parser = new(new FluidParserOptions { AllowFunctions = false });
    private static readonly TemplateOptions Options = new() { MaxSteps = MostSteps, CultureInfo = CultureInfo.InvariantCulture };
    private static readonly string[] Several = ["one", "two"];
    private readonly IFluidTemplate template;

    private NotificationTemplate(string path, IFluidTemplate template) => (Path, this.template) = (path, template);

    /// <summary>Path inside the rules folder.</summary>
    public string Path { get; }

    /// <summary>Fills the template.</summary>
    /// <param name="facts">Values by name: texts, and lists of texts. What is missing is blank.</param>
    /// <returns>The title, one line, and the text, lines by \n.</returns>
    /// <exception cref="InvalidOperationException">It runs too long.</exception>
    public (string Title, string Text) Render(IReadOnlyDictionary<string, object?> facts)
    {
        var context = new TemplateContext(Options);
        foreach (var (name, value) in facts) context.SetValue(name, value);
        var lines = template.Render(context).ReplaceLineEndings("\n").Trim('\n', ' ').Split('\n', 2);
        var title = lines[0].Trim();
        return (title.Length <= MostTitle ? title : title[..(char.IsHighSurrogate(title[MostTitle - 1]) ? MostTitle - 1 : MostTitle)] + "…", lines.Length == 1 ? "" : ManyBreaks().Replace(lines[1].Trim('\n'), "\n\n"));
    }

    /// <summary>Reads a template; null, with problems, where something is wrong.</summary>
    internal static NotificationTemplate? Read(string path, string text, ProblemList problems)
    {
        if (!Parser.TryParse(text, out var parsed, out var error))
        {
            var place = PlaceInError().Match(error);
            var (line, column) = place.Success ? (int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(place.Groups[2].Value, CultureInfo.InvariantCulture)) : (1, 1);
            problems.Error(new Place(path, Math.Max(1, line), Math.Max(1, column)), null, $"this is no Liquid template: {(place.Success ? error[..place.Index].Trim() : error.Split('\n')[0])}");
            return null;
        }
        var names = new NameCheck(path, text, problems);
        names.VisitTemplate(parsed);
        if (names.Found > 0) return null;
        var template = new NotificationTemplate(path, parsed);
        return template.IsUsable(problems) ? template : null;
    }

    /// <summary>It is filled once with everything and once with nothing, so that what fails, fails here and not when somebody must be told.</summary>
    private bool IsUsable(ProblemList problems)
    {
        try
        {
            var (title, _) = Render(Names.ToDictionary(n => n.Key, object? (n) => n.Key is "reasons" or "items" ? Several : n.Key is "count" or "more" ? 2 : n.Key, StringComparer.Ordinal));
            Render(new Dictionary<string, object?>());
            if (title.Length > 0) return true;
            problems.Error(new Place(Path, 1, 1), null, "the template writes nothing; its first line is the title of the message");
        }
        catch (Exception failure)
        {
            problems.Error(new Place(Path, 1, 1), null, $"the template cannot be filled: {failure.Message}");
        }
        return false;
    }

    [GeneratedRegex(@" at \((\d+):(\d+)\)")]
    private static partial Regex PlaceInError();

    [GeneratedRegex(@"\n(\s*\n){2,}")]
    private static partial Regex ManyBreaks();

    /// <summary>Finds names and filters that there are not: they would only be blank, and nobody would notice.</summary>
    private sealed class NameCheck(string path, string text, ProblemList problems) : AstVisitor
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
            if (memberExpression.Segments[0] is IdentifierSegment { Identifier: var name } && !own.Contains(name) && !Names.ContainsKey(name))
                Problem(name, $"there is no \"{name}\"{Suggestion.For(name, Names.Keys)}");
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
            var before = text[..(at.Success ? at.Index : 0)];
            var line = before.Count(c => c == '\n') + 1;
            problems.Error(new Place(path, line, before.Length - before.LastIndexOf('\n')), null, message);
        }
    }
}
