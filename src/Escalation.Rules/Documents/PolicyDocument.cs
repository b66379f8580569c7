using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;

namespace Escalation.Rules.Documents;

/// <summary>Reads policy.json. What it does not say is as in <see cref="Policy.Default"/>.</summary>
internal sealed class PolicyDocument(ObjectReader policy, ProblemList problems)
{
    private static readonly string[] IncidentFields = ["product", "issueType"];
    private static readonly string[] IssueTypes = [.. Enum.GetValues<IssueType>().Where(t => t != IssueType.Other).Select(t => Core.Tickets.Wire.Name(t))];

    /// <summary>The policy of a file; problems go to the list, and the defaults stand in for what is wrong.</summary>
    public static Policy Parse(DocumentNode root, ProblemList problems)
    {
        if (ObjectReader.Of(root, problems, null) is not { } reader) return Policy.Default;
        var document = new PolicyDocument(reader, problems);
        var result = document.Read();
        reader.Done();
        return result;
    }

    private Policy Read()
    {
        var defaults = Policy.Default;
        return defaults with
        {
            Thresholds = ReadThresholds(defaults.Thresholds),
            Triggers = ReadTriggers() is { Count: > 0 } triggers ? triggers : defaults.Triggers,
            Incident = ReadIncident(defaults.Incident),
            HighValue = ReadHighValue(defaults.HighValue),
            ContactGapMinutes = ReadGaps(defaults.ContactGapMinutes),
            SlowHours = policy.Number("slowHours", 0, 8760) ?? defaults.SlowHours,
            Automation = ReadAutomation(),
            DismissalPauseDays = ReadSnooze(defaults.DismissalPauseDays),
            Quarantine = ReadQuarantine(defaults.Quarantine),
            Capacity = ReadCapacity(),
            DefaultCalendar = policy.String("defaultCalendar") ?? defaults.DefaultCalendar,
            Sla = ReadSla(defaults.Sla),
            DefaultLanguage = ReadLanguages() ?? defaults.DefaultLanguage,
            Approval = ReadApproval(defaults.Approval),
            Calibration = ReadCalibration(),
        };
    }

    private BandThresholds ReadThresholds(BandThresholds defaults)
    {
        if (policy.Object("thresholds") is not { } reader) return defaults;
        var read = new BandThresholds(
            reader.Number("monitor", 0, 1) ?? defaults.Monitor, reader.Number("priority", 0, 1) ?? defaults.Priority, reader.Number("immediate", 0, 1) ?? defaults.Immediate);
        reader.Done();
        if (read.Monitor < read.Priority && read.Priority < read.Immediate) return read;
        problems.Error(reader.Node.Place, "thresholds", "the thresholds must rise: monitor < priority < immediate");
        return defaults;
    }

    private List<TriggerPolicy> ReadTriggers()
    {
        var triggers = new List<TriggerPolicy>();
        if (policy.Object("triggers") is not { } map) return triggers;
        foreach (var (name, place, value) in map.Entries())
        {
            if (!Names.IsIdentifier(name)) problems.Error(place, name, "a trigger is named with small letters, digits and _, for example \"repeat_contact\"");
            if (ObjectReader.Of(value, problems, name) is not { } reader) continue;
            var weight = reader.Number("weight", 0, 1, required: true);
            var group = reader.String("group", required: true);
            var joinsOnly = reader.Boolean("joinsOnly") ?? false;
            reader.Done();
            if (weight is not null && group is not null) triggers.Add(new TriggerPolicy(name, weight.Value, group, joinsOnly));
        }
        if (triggers.Count == 0) problems.Error(map.Node.Place, null, "\"triggers\" names none; write one, or leave the key out for the usual ones");
        return triggers;
    }

    private IncidentPolicy ReadIncident(IncidentPolicy defaults)
    {
        if (policy.Object("incident") is not { } reader) return defaults;
        var keys = new List<IReadOnlyList<string>>();
        foreach (var item in reader.Items("keys"))
        {
            var fields = item.Items.Where(f => IsIncidentField(f)).Select(f => f.Text).ToArray();
            if (item.Items.Count == 0) problems.Error(item.Place, "incident", "each key is a list of fields, for example [\"product\", \"issueType\"]");
            else if (fields.Length == item.Items.Count) keys.Add(fields);
        }
        var rate = reader.String("rate");
        if (rate is not (null or "on" or "off")) problems.Error(reader.Node.Find("rate")!.Place, "incident", $"\"rate\" is \"{rate}\"{Suggestion.For(rate, ["on", "off"])}");
        var read = new IncidentPolicy(
            keys.Count > 0 ? keys : defaults.Keys,
            reader.Integer("minCount", 2, 1_000_000) ?? defaults.MinCount,
            reader.Integer("windowMinutes", 1, 10_080) ?? defaults.WindowMinutes,
            rate is null ? defaults.Rate : rate == "on",
            reader.Number("maxProbability", 0, 1) ?? defaults.MaxProbability,
            reader.Integer("baselineDays", 1, 365) ?? defaults.BaselineDays,
            reader.Integer("leastSeverity", 0, 10) ?? defaults.LeastSeverity,
            [.. reader.Items("issueTypes").Where(IsIssueType).Select(i => i.Text)]);
        reader.Done();
        return read;
    }

    private bool IsIssueType(DocumentNode item)
    {
        if (Array.IndexOf(IssueTypes, item.Text) >= 0) return true;
        problems.Error(item.Place, "incident", $"\"{item.Text}\" is no issue type{Suggestion.For(item.Text, IssueTypes)}");
        return false;
    }

    private bool IsIncidentField(DocumentNode field)
    {
        if (IncidentFields.Contains(field.Text) || (field.Text.StartsWith("attributes.", StringComparison.Ordinal) && field.Text.Length > "attributes.".Length)) return true;
        problems.Error(field.Place, "incident", $"\"{field.Text}\" is no field of a key; use product, issueType or attributes.NAME");
        return false;
    }

    private HighValuePolicy ReadHighValue(HighValuePolicy defaults)
    {
        if (policy.Object("highValue") is not { } reader) return defaults;
        var read = new HighValuePolicy(reader.Number("amount", 0, 1e15) ?? defaults.Amount, reader.String("currency") ?? defaults.Currency);
        reader.Done();
        if (read.Currency is [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z']) return read;
        problems.Error(reader.Node.Find("currency")!.Place, "highValue", $"\"{read.Currency}\" is no currency code; write three capitals, for example \"EUR\"");
        return defaults;
    }

    private ContactGapPolicy ReadGaps(ContactGapPolicy defaults)
    {
        if (policy.Object("contactGapMinutes") is not { } reader) return defaults;
        var read = new ContactGapPolicy(reader.Integer("chat", 1, 10_080) ?? defaults.Chat, reader.Integer("other", 1, 10_080) ?? defaults.Other);
        reader.Done();
        return read;
    }

    private Dictionary<Band, Automation> ReadAutomation()
    {
        var read = new Dictionary<Band, Automation>();
        if (policy.Object("automation") is not { } reader) return read;
        foreach (var band in (string[])["monitor", "priority_escalation", "immediate_escalation"])
            if (reader.Enum<Automation>(band) is { } automation && Core.Tickets.Wire.TryParse<Band>(band, out var value)) read[value] = automation;
        reader.Done();
        return read;
    }

    private int ReadSnooze(int defaultDays)
    {
        // Storm settings come with the notifications they govern; until then any key in there would be a promise that nobody keeps.
        policy.Object("storm")?.Done();
        if (policy.Object("snooze") is not { } reader) return defaultDays;
        var days = reader.Integer("afterDismissalDays", 0, 365) ?? defaultDays;
        reader.Done();
        return days;
    }

    private QuarantinePolicy ReadQuarantine(QuarantinePolicy defaults)
    {
        if (policy.Object("quarantine") is not { } reader) return defaults;
        var read = new QuarantinePolicy(reader.Integer("errors", 0, 100_000) ?? defaults.Errors, reader.Integer("evaluations", 1, 100_000) ?? defaults.Evaluations);
        reader.Done();
        if (read.Errors <= read.Evaluations) return read;
        problems.Error(reader.Node.Place, "quarantine", FormattableString.Invariant($"{read.Errors} errors cannot come in {read.Evaluations} evaluations; write \"errors\" up to \"evaluations\", or 0 for never"));
        return defaults;
    }

    private SlaPolicy ReadSla(SlaPolicy defaults)
    {
        if (policy.Object("sla") is not { } reader) return defaults;
        var read = new SlaPolicy(reader.Enum<ReopenedSla>("reopened") ?? defaults.Reopened);
        if (reader.Object("warning") is { } warning)
        {
            read = read with { WarnAt = warning.Number("at", 0, .99) ?? read.WarnAt, Warning = warning.Enum<SlaTelling>("hours") ?? read.Warning };
            warning.Done();
        }
        if (reader.Object("breach") is { } breach)
        {
            read = read with { Breach = breach.Enum<SlaTelling>("hours") ?? read.Breach };
            breach.Done();
        }
        if (reader.Object("chain") is { } chain)
        {
            read = read with { ChainMinutes = chain.Number("afterMinutes", 1, 10_080) ?? read.ChainMinutes, ChainMost = chain.Integer("most", 0, 100) ?? read.ChainMost, Chain = chain.Enum<SlaTelling>("hours") ?? read.Chain };
            chain.Done();
        }
        reader.Done();
        return read;
    }

    private ApprovalPolicy ReadApproval(ApprovalPolicy defaults)
    {
        if (policy.Object("approval") is not { } reader) return defaults;
        var read = new ApprovalPolicy(reader.Boolean("mustEscalate") ?? defaults.MustEscalate, reader.Boolean("routing") ?? defaults.Routing);
        reader.Done();
        return read;
    }

    private Dictionary<string, int> ReadCapacity()
    {
        var read = new Dictionary<string, int>(StringComparer.Ordinal);
        if (policy.Object("capacity") is not { } reader) return read;
        foreach (var entry in reader.Entries())
            if (reader.Integer(entry.Name, 0, 1_000_000) is { } perDay) read[entry.Name] = perDay;
        return read;
    }

    private Dictionary<string, string>? ReadLanguages()
    {
        if (policy.Object("defaultLanguage") is not { } reader) return null;
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in reader.Entries())
        {
            if (reader.String(entry.Name) is not { } language) continue;
            if (language is [>= 'a' and <= 'z', >= 'a' and <= 'z']) read[entry.Name] = language;
            else problems.Error(entry.Value.Place, "defaultLanguage", $"\"{language}\" is no language code; write two small letters, for example \"en\"");
        }
        return read;
    }

    private ScoreCalibration? ReadCalibration()
    {
        if (policy.Object("calibration") is not { } reader) return null;
        var (a, b, n) = (reader.Number("a", -1e6, 1e6, required: true), reader.Number("b", -1e6, 1e6, required: true), reader.Integer("n", 0, int.MaxValue, required: true));
        reader.Done();
        return a is { } slope && b is { } shift && n is { } labels ? new ScoreCalibration(slope, shift, labels) : null;
    }
}
