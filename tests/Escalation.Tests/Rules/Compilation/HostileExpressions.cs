namespace Escalation.Tests.Rules.Compilation;

/// <summary>Expressions that no rule may hold, and some that it may; both are the seeds of mutations.</summary>
internal static class HostileExpressions
{
    /// <summary>Each must be refused.</summary>
    public static readonly string[] Refused =
    [
        // Reflection
        "\"\".GetType() != null", "message.GetType().Name == \"x\"", "message.Text.GetType().Assembly != null", "\"\".GetType().Assembly.DefinedTypes.Count() > 1",
        "input1.GetType() != null", "ticket.Tags.GetType() != null", "typeof(string) != null", "contacts.Last7d.GetType() != null", "message.Text.GetTypeCode() == 18",
        "\"\".GetType().GetMethod(\"Copy\").Invoke(null, null) != null", "Type.GetType(\"System.Console\") != null", "Activator.CreateInstance(\"a\", \"b\") != null",
        "AppDomain.CurrentDomain != null", "System.Environment.Exit(0) == null", "Environment.MachineName == \"x\"", "System.IO.File.Exists(\"/etc/passwd\")",
        "System.Diagnostics.Process.Start(\"sh\") != null", "Convert.ToInt32(\"1\") == 1", "object.ReferenceEquals(message, ticket)", "is(message, \"MessageFacts\")",
        "as(message, \"System.String\") != null", "cast(message.Text, \"System.String\") == \"x\"", "it != null", "root != null", "parent != null", "np(message.Text).GetHashCode() > 1",
        // Clock and chance
        "DateTime.Now.Hour > 5", "DateTime.UtcNow > DateTime.MinValue", "DateTimeOffset.Now.Hour > 1", "DateTime.Today.Day == 1", "TimeSpan.FromDays(1).Hours > 1",
        "Guid.NewGuid() != null", "Guid.Empty != null", "new Random().Next() > 1", "message.Text.GetHashCode() > 1", "contacts.Last7d.GetHashCode() == 1", "Environment.TickCount > 1",
        // Memory and time
        "\"a\".PadLeft(100000000).Length > 1", "message.Text.PadRight(100000000).Length > 1", "string.Join(\"a\", ticket.Tags).Length > 1", "(message.Text + message.Text).Length > 1",
        "message.Text + \"x\" == \"yx\"", "string.Concat(message.Text, message.Text).Length > 1", "string.Format(\"{0,100000000}\", 1).Length > 1", "message.Text.Replace(\"a\", \"bbbbbbbb\").Length > 1",
        "message.Text.Insert(0, \"x\").Length > 1", "message.Text.Substring(0, 1) == \"a\"", "message.Text.ToUpper() == \"A\"", "message.Text.ToLower().Contains(\"a\")", "message.Text.Trim() == \"a\"",
        "message.Text.Split(\" \").Length > 1", "message.Text.ToCharArray().Length > 1", "new string(\"a\", 100000000).Length > 1", "Enumerable.Range(0, 200000000).Count() > 1",
        "Enumerable.Repeat(1, 200000000).Count() > 1", "ticket.Tags.Concat(ticket.Tags).Count() > 1", "ticket.Tags.Select(t => t.Length).Sum() > 1", "ticket.Tags.Where(Length > 1).Any()",
        "ticket.Tags.Any(it == \"x\")", "ticket.Tags.Count(it == \"x\") > 1", "ticket.Tags.OrderBy(it).First() == \"x\"", "ticket.Tags.Aggregate(\"\", 1) == \"x\"", "ticket.Tags.ToList().Count > 1",
        "ticket.Tags[0] == \"x\"", "new [] {\"a\",\"b\"}.Count() > 1", "new [] {1,2}.Any()", "new(message.Text as t).t == \"x\"", "new string[100000000].Length > 1", "message.Text[0] == \"a\"",
        "message.Text.IndexOf(\"a\") > 1", "message.Text.CompareTo(\"a\") > 0", "message.Text < \"b\"", "message.Text.Contains(\"a\", StringComparison.CurrentCulture)",
        "message.Text.StartsWith(\"a\", true, null)", "Math.Pow(2, contacts.Last7d) > 1", "Math.Sqrt(contacts.Last7d) > 1", "Math.BigMul(1, 2) > 1", "Regex.IsMatch(message.Text, \"(a+)+$\")",
        // Values, names and things that say nothing
        "1m == 1m", "object(1) == object(1)", "ticket.Tags == context.Urgency", "message == null", "input1 == null", "keywords.Has(message.Text)", "keywords.Has(null)", "lists.Has(message.Text, \"x\")",
        "attributes[message.Text] == \"x\"", "script(message.Text)", "frustration.Score > \"0.5\"", "message.Text == \"0.5\" && frustration.Score > \"0.5\"", "message.Channel == \"emial\"",
        "message.Text == 5", "message.Channel = \"email\"", "message.Channel <> \"email\"", "contacts.Last7d", "message.Text", "null", "", " ", "(", "\"", "\\", "'a' == 'a'", "contacts.Last7d > 99999999999999999999999999",
        "message.Text == \"\\uD83\"", "policy.ToString() == \"x\"", "message.ToString().Length > 1", "message.Equals(ticket)", "message.Deconstruct() == null", "frustration with { } == null",

        // Found by mutations
        "StringComparison.Ordinalmessage == 1", "(Math.Sqrt(contacts.Last7d) > 1) && StringComparison.Ordinalmessage ~ (< message, \"MessageFacts\")",
    ];

    /// <summary>Each is allowed.</summary>
    public static readonly string[] Allowed =
    [
        "frustration.Available && frustration.Score > 0.5", "contacts.Last7d > 2 || contacts.Last24h > 1", "message.Channel in (\"chat\", \"email\")", "ticket.Tags.Contains(\"vip\")",
        "message.Text.Contains(\"Refund\", StringComparison.OrdinalIgnoreCase)", "message.Text.StartsWith(\"a\") && message.Text.Length > 5", "Math.Max(contacts.Last24h, contacts.Last7d) > 3",
        "10 / (contacts.Last7d - contacts.Last24h) > 1", "context.Urgency.Any() && context.Urgency.Count() > 1", "!message.Shouting", "(contacts.Last7d > 2 ? contacts.Last24h : 0) > 1",
        "keywords.Has(\"legal\") && keywords.Confidence(\"legal\") > .5", "attributes.Has(\"plan\") && attributes[\"plan\"] == \"gold\"", "input1.contacts.Last7d % 2 == 1", "contacts.Last7d in (1, 2, 3)",
        "message.Text == \"a\\nb\"", "string.IsNullOrEmpty(message.Text)", "customer.LifetimeValueKnown && customer.LifetimeValue > policy.HighValueAmount", "clock.Hour >= 8 && clock.DayOfWeek == \"mon\"",
    ];
}
