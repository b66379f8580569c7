using System.Reflection;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;
using Escalation.Rules.Documents;
using NodaTime;

namespace Escalation.Rules.Cases;

/// <summary>Makes the facts of a case: those of an ordinary message, or of the text given, with what the case states put in.</summary>
/// <remarks>Cases have no model: the frustration of a text is what they state. The facts that can be stated are the parameters of the fact classes, by reflection: a new one is there at once.</remarks>
internal sealed class CaseFacts(Configuration configuration, ProblemList problems)
{
    /// <summary>The classes that hit, as a list.</summary>
    public const string Keywords = "keywords.Has";

    private static readonly Dictionary<string, Type> Built = new(StringComparer.Ordinal)
    {
        ["message"] = typeof(MessageFacts),
        ["ticket"] = typeof(TicketFacts),
        ["customer"] = typeof(CustomerFacts),
        ["contacts"] = typeof(ContactFacts),
        ["frustration"] = typeof(FrustrationFacts),
        ["incident"] = typeof(IncidentFacts),
        ["team"] = typeof(TeamFacts),
    };

    private static readonly string[] Others = ["context.Product", "context.IssueType", "context.Urgency", "context.BusinessImpact", "context.Severity", "clock.Hour", "clock.DayOfWeek", "clock.InBusinessHours"];

    /// <summary>Every fact that a case can state, with its type.</summary>
    public static IReadOnlyDictionary<string, Type> Settable { get; } = FactCatalog.All
        .Where(f => Others.Contains(f.Name) || (Built.TryGetValue(f.Name[..f.Name.IndexOf('.', StringComparison.Ordinal)], out var type) && ParameterOf(type, f.Name) is not null))
        .ToDictionary(f => f.Name, f => f.Type, StringComparer.Ordinal);

    /// <summary>The facts; wrong statements are problems.</summary>
    /// <param name="text">The message's text; null = the case states what is derived from it.</param>
    /// <param name="facts">What the case states, by name.</param>
    /// <param name="at">When the message was written.</param>
    /// <param name="name">The case, for problems.</param>
    public DerivedFacts Of(string? text, DocumentNode? facts, Instant at, string name)
    {
        var stated = facts?.Members.Where(m => IsSound(m, name)).ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal) ?? [];
        var message = new Message
        {
            Id = "case",
            Source = "case",
            ExternalId = "case",
            TicketId = new TicketId("case"),
            CustomerId = new CustomerId("case"),
            Channel = Channel.Email,
            Author = Author.Customer,
            At = at,
            Text = text ?? "",
            Language = "en",
            Attributes = stated.TryGetValue("attributes", out var fields) ? fields.Members.ToDictionary(f => f.Name, f => f.Value.Text, StringComparer.Ordinal) : Message.NoAttributes,
        };
        var read = configuration.Analyzer.Analyze(message);
        var clock = Derivation.ClockOf(at, configuration);
        return new DerivedFacts
        {
            Message = Build(read.Message, stated),
            Ticket = Build(new TicketFacts("case", null, null, 0, 1, 0, 0, 0, []), stated),
            Customer = Build(new CustomerFacts("case", null, null, null, 1), stated),
            Contacts = Build(new ContactFacts(1, 1, 1, 1, 1), stated),
            Frustration = Build(new FrustrationFacts(double.NaN, double.NaN, double.NaN), stated),
            Incident = Build(IncidentFacts.None, stated),
            Team = Build(TeamFacts.None, stated),
            Context = ContextOf(read.Context, stated),
            Keywords = stated.TryGetValue(Keywords, out var hit) ? KeywordsOf(hit) : read.Keywords,
            Attributes = AttributeFacts.Of(message),
            Clock = ClockFacts.Of(
                stated.TryGetValue("clock.Hour", out var hour) ? (int)hour.Number : clock.Hour, stated.TryGetValue("clock.DayOfWeek", out var day) ? day.Text : clock.DayOfWeek,
                stated.TryGetValue("clock.InBusinessHours", out var open) ? open.Kind == JsonValueKind.True : clock.InBusinessHours),
            At = at,
            DecidedAt = at,
            MessageId = "case",
        };
    }

    private bool IsSound(DocumentMember member, string name)
    {
        var (fact, value) = (member.Name, member.Value);
        if (fact == "attributes") return value.Kind == JsonValueKind.Object || Wrong("\"attributes\" is an object of texts");
        if (fact == Keywords) return value.Kind == JsonValueKind.Array && value.Items.All(IsKnownClass);
        if (!Settable.TryGetValue(fact, out var type))
            return Wrong(FactCatalog.All.Any(f => f.Name == fact) ? $"{fact} follows from other facts and cannot be stated" : $"there is no fact \"{fact}\"{Suggestion.For(fact, Settable.Keys)}");
        if (value.Kind == JsonValueKind.Null) return FactCatalog.All.First(f => f.Name == fact).KnownTwin is not null || Wrong($"{fact} is always known");
        var fits = type == typeof(bool) ? value.Kind is JsonValueKind.True or JsonValueKind.False
            : type == typeof(double) ? value.Kind == JsonValueKind.Number
            : type == typeof(int) ? value.Kind == JsonValueKind.Number && double.IsInteger(value.Number) && Math.Abs(value.Number) < int.MaxValue
            : type == typeof(string) ? value.Kind == JsonValueKind.String : value.Kind == JsonValueKind.Array && value.Items.All(i => i.Kind == JsonValueKind.String);
        if (!fits) return Wrong($"{fact} must be {(type == typeof(bool) ? "true or false" : type == typeof(double) ? "a number" : type == typeof(int) ? "a whole number" : type == typeof(string) ? "a text" : "a list of texts")}, not {value.KindName}");
        if (fact == "clock.Hour" && value.Number is < 0 or > 23) return Wrong("clock.Hour lies from 0 to 23");
        foreach (var word in value.Kind == JsonValueKind.Array ? value.Items : [value])
            if (word.Kind == JsonValueKind.String && FactRoots.ValuesOf(fact) is { } values && !values.Contains(word.Text)) return Wrong($"{fact} is never \"{word.Text}\"{Suggestion.For(word.Text, values)}");
        return true;

        bool IsKnownClass(DocumentNode word)
        {
            var classes = configuration.Rules.Text.KeywordClasses.Select(c => c.Name).ToArray();
            return classes.Contains(word.Text) || Wrong($"keywords.json has no class \"{word.Text}\"{Suggestion.For(word.Text, classes)}");
        }

        bool Wrong(string message)
        {
            problems.Error(value.Place, name, message);
            return false;
        }
    }

    /// <summary>The same facts with what is stated.</summary>
    private T Build<T>(T usual, Dictionary<string, DocumentNode> stated) where T : class
    {
        var root = Built.First(b => b.Value == typeof(T)).Key;
        var constructor = ByValue(typeof(T));
        return (T)constructor.Invoke([.. constructor.GetParameters().Select(Value)]);

        object? Value(ParameterInfo parameter)
        {
            var property = typeof(T).GetProperty(NameOf(parameter));
            if (property is null) return parameter.Name == "highValueAmount" ? configuration.Rules.Policy.HighValue.Amount : parameter.DefaultValue;
            if (stated.TryGetValue($"{root}.{property.Name}", out var node)) return ValueOf(node, parameter.ParameterType);
            var isKnown = property.GetCustomAttribute<MayBeUnknownAttribute>() is not { } mark || (bool)typeof(T).GetProperty(mark.Twin)!.GetValue(usual)!;
            return isKnown ? property.GetValue(usual) : Unknown(parameter.ParameterType);
        }
    }

    private static object? ValueOf(DocumentNode node, Type type) => node.Kind switch
    {
        JsonValueKind.Null => Unknown(type),
        JsonValueKind.Number => type == typeof(int) ? (object)(int)node.Number : node.Number,
        JsonValueKind.String => node.Text,
        JsonValueKind.Array => node.Items.Select(i => i.Text).ToArray(),
        _ => node.Kind == JsonValueKind.True,
    };

    private static object? Unknown(Type type) => type == typeof(double) ? double.NaN : null;

    private static ContextFacts ContextOf(ContextFacts read, Dictionary<string, DocumentNode> stated)
    {
        var (product, issue, urgency) = (stated.GetValueOrDefault("context.Product"), stated.GetValueOrDefault("context.IssueType"), stated.GetValueOrDefault("context.Urgency"));
        var (impact, severity) = (stated.GetValueOrDefault("context.BusinessImpact"), stated.GetValueOrDefault("context.Severity"));
        return new ContextFacts
        {
            ProductFound = product is null ? read.ProductFound : new(product.Kind == JsonValueKind.Null ? null : product.Text, product.Kind == JsonValueKind.Null ? 0 : 1),
            IssueTypeFound = issue is null ? read.IssueTypeFound : new(Wire.TryParse<IssueType>(issue.Text, out var type) ? type : null, issue.Kind == JsonValueKind.Null ? 0 : 1),
            Urgency = urgency is null ? read.Urgency : [.. urgency.Items.Select(i => i.Text)],
            UrgencyConfidence = urgency is null ? read.UrgencyConfidence : Math.Min(1, urgency.Items.Count),
            ImpactFound = impact is null ? read.ImpactFound : new(Wire.TryParse<BusinessImpact>(impact.Text, out var found) ? found : BusinessImpact.None, impact.Text == "none" ? 0 : 1),
            Severity = severity is null ? read.Severity : (int)severity.Number,
            SeverityConfidence = severity is null ? read.SeverityConfidence : 1,
            Spans = read.Spans,
        };
    }

    private KeywordFacts KeywordsOf(DocumentNode names)
    {
        var classes = configuration.Rules.Text.KeywordClasses;
        return new KeywordFacts(classes, [.. names.Items.Select((item, i) => new KeywordHit(classes.ToList().FindIndex(c => c.Name == item.Text), i * 2, i * 2 + 1))]);
    }

    /// <summary>The constructor whose parameters are named as the facts: the longest.</summary>
    private static ConstructorInfo ByValue(Type type) => type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;

    private static ParameterInfo? ParameterOf(Type type, string fact) => ByValue(type).GetParameters().FirstOrDefault(p => fact.EndsWith("." + NameOf(p), StringComparison.Ordinal));

    private static string NameOf(ParameterInfo parameter) => char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..];
}
