using Escalation.Core.Derived;

namespace Escalation.History.Facts;

/// <summary>The rows of the context column.</summary>
internal static class ContextCodec
{
    public static void Write(RowWriter row, ContextFacts facts)
    {
        var isEmpty = ReferenceEquals(facts, ContextFacts.Empty);
        row.Flag(!isEmpty);
        if (isEmpty) return;
        row.Name(facts.ProductFound.Value);
        row.Double(facts.ProductFound.Confidence);
        row.Int(facts.IssueTypeFound.Value is { } type ? (int)type : -1);
        row.Double(facts.IssueTypeFound.Confidence);
        FactCodec.WriteNames(row, facts.Urgency);
        row.Double(facts.UrgencyConfidence);
        row.Int((int)facts.ImpactFound.Value);
        row.Double(facts.ImpactFound.Confidence);
        row.Int(facts.Severity);
        row.Double(facts.SeverityConfidence);
        row.Int(facts.Spans.Count);
        foreach (var span in facts.Spans)
        {
            row.Int((int)span.Field);
            row.Name(span.Value);
            row.Int(span.Start);
            row.Int(span.End);
        }
    }

    public static ContextFacts Read(RowReader row, bool withSpans)
    {
        if (!row.Flag()) return ContextFacts.Empty;
        var product = new Extracted<string>(row.Name(), row.Double());
        var type = row.Int();
        return new ContextFacts
        {
            ProductFound = product,
            IssueTypeFound = new Extracted<IssueType?>(type < 0 ? null : (IssueType)type, row.Double()),
            Urgency = FactCodec.ReadNames(ref row),
            UrgencyConfidence = row.Double(),
            ImpactFound = new Extracted<BusinessImpact>((BusinessImpact)row.Int(), row.Double()),
            Severity = row.Int(),
            SeverityConfidence = row.Double(),
            Spans = withSpans ? ReadSpans(ref row) : [],
        };
    }

    private static ContextSpan[] ReadSpans(ref RowReader row)
    {
        var spans = row.Int() is var count && count == 0 ? [] : new ContextSpan[count];
        for (var i = 0; i < spans.Length; i++) spans[i] = new ContextSpan((ContextFields)row.Int(), row.Name()!, row.Int(), row.Int());
        return spans;
    }
}
