using System.Text.RegularExpressions;
using Escalation.Rules.Documents;
using Fluid;

namespace Escalation.Rules.Notifications;

/// <summary>A Liquid template of notifications: the first line that is not blank is the title, the rest the text.</summary>
/// <remarks>Immutable and thread-safe. It sees the names of <see cref="Names"/> only, reads no file, and everything that can be wrong with it is found when it is read.</remarks>
public sealed partial class NotificationTemplate
{
    private const int MostTitle = 200;

    /// <summary>Names that a template may use, with what they hold.</summary>
    public static readonly IReadOnlyDictionary<string, string> Names = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["step"] = "the kind of notice, for example episode_opened",
        ["subject"] = "the episode, rule, channel or week",
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
        ["told"] = "whom the team's chain tells because nobody acknowledged; blank otherwise",
        ["on_call"] = "a list of agents on call, for notices about service levels",
        ["incident"] = "the problem of many customers that the episode stands for; blank where it stands for none",
        ["channel"] = "the channel that is silent, or works again, by its source; blank for other notices",
        ["since"] = "when its last message came before the silence, in the zone of the default calendar",
        ["until"] = "when a message came again; blank while none has",
        ["usual"] = "how many messages are usual in this time",
        ["week"] = "the week by ISO 8601, for example 2026-W09; blank for other notices",
        ["week_from"] = "the first day of the week",
        ["week_to"] = "the last day of the week",
        ["escalations"] = "how many escalations were opened in the week",
        ["figures"] = "a list of lines, one for each figure of the week",
        ["rules"] = "a list of lines, one for each of the rules that escalations rest on most",
        ["nudge"] = "what to do where too few were judged; blank where enough were",
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
        var lines = LiquidText.Render(template, facts).ReplaceLineEndings("\n").Trim('\n', ' ').Split('\n', 2);
        var title = lines[0].Trim();
        return (title.Length <= MostTitle ? title : title[..(char.IsHighSurrogate(title[MostTitle - 1]) ? MostTitle - 1 : MostTitle)] + "…", lines.Length == 1 ? "" : ManyBreaks().Replace(lines[1].Trim('\n'), "\n\n"));
    }

    /// <summary>Reads a template; null, with problems, where something is wrong.</summary>
    internal static NotificationTemplate? Read(string path, string text, ProblemList problems)
    {
        var parsed = LiquidText.Parse(text, [.. Names.Keys], (offset, message) =>
        {
            var (line, column) = LiquidText.PlaceOf(text, offset);
            problems.Error(new Place(path, line, column), null, message);
        });
        if (parsed is null) return null;
        var template = new NotificationTemplate(path, parsed);
        return template.IsUsable(problems) ? template : null;
    }

    /// <summary>It is filled once with everything and once with nothing, so that what fails, fails here and not when somebody must be told.</summary>
    private bool IsUsable(ProblemList problems)
    {
        try
        {
            var (title, _) = Render(Names.ToDictionary(n => n.Key, object? (n) => n.Key is "reasons" or "items" or "on_call" or "figures" or "rules" ? Several : n.Key is "count" or "more" ? 2 : n.Key, StringComparer.Ordinal));
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

    [GeneratedRegex(@"\n(\s*\n){2,}")]
    private static partial Regex ManyBreaks();
}
