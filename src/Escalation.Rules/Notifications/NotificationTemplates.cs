using Escalation.Core.Tickets;
using Escalation.Rules.Documents;

namespace Escalation.Rules.Notifications;

/// <summary>The templates of a rules folder, before those that are built in.</summary>
/// <remarks>Immutable and thread-safe. <c>templates/STEP.liquid</c> is for one step, <c>templates/episode.liquid</c>, <c>templates/rule.liquid</c>, <c>templates/channel.liquid</c> and <c>templates/week.liquid</c> for all others about escalations, rules, channels and weeks, <c>templates/digest.liquid</c> for many that go out together.</remarks>
public sealed class NotificationTemplates
{
    private const string Folder = "templates";
    private const string Ending = ".liquid";
    private const string OfMany = "digest";

    /// <summary>Names that a template's file may have.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [.. Wire.All<NoticeSubject>(), OfMany, .. NotificationSettings.Steps];

    /// <summary>The built-in templates.</summary>
    public static readonly NotificationTemplates BuiltIn = OfBuiltIn();

    private readonly Dictionary<string, NotificationTemplate> own;

    private NotificationTemplates(Dictionary<string, NotificationTemplate> own) => this.own = own;

    /// <summary>The template of a step: the folder's for it, the folder's for what it is about, else the built-in one.</summary>
    /// <param name="step">The kind of notice, one of <see cref="NotificationSettings.Steps"/>.</param>
    public NotificationTemplate Of(string step) => Find(step) ?? Find(Wire.Name(NotificationSettings.Subjects[step])) ?? BuiltIn.Of(step);

    /// <summary>The template of many notifications that go out together.</summary>
    public NotificationTemplate Digest => Named(OfMany)!;

    /// <summary>A template by the name of its file; null where neither the folder nor the product has one.</summary>
    public NotificationTemplate? Named(string name) => Find(name) ?? BuiltIn.Find(name);

    /// <summary>Reads the templates of a folder; broken ones are among the problems.</summary>
    internal static NotificationTemplates Read(RuleFiles files, ProblemList problems)
    {
        var read = new Dictionary<string, NotificationTemplate>(StringComparer.Ordinal);
        foreach (var path in files.In(Folder, Ending))
        {
            var (name, content) = (Path.GetFileNameWithoutExtension(path), files.Find(path)!);
            if (!FileNames.Contains(name)) problems.Warn(new Place(path, 1, 1), null, $"there is no step \"{name}\", so this template is never used{Suggestion.For(name, FileNames)}");
            if (DocumentReader.IsUtf8(content, path, problems) && NotificationTemplate.Read(path, NormalisedText.Of(content), problems) is { } template) read[name] = template;
        }
        return new NotificationTemplates(read);
    }

    private NotificationTemplate? Find(string name) => own.GetValueOrDefault(name);

    private static NotificationTemplates OfBuiltIn()
    {
        var problems = new ProblemList();
        var read = Read(RuleFiles.BuiltIn(), problems);
        return problems.HasErrors ? throw new InvalidOperationException(string.Join('\n', problems.Errors)) : read;
    }
}
