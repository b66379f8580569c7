using System.Xml;
using System.Xml.Linq;
using Escalation.Core.Metrics;

namespace Escalation.Replay.Reports;

/// <summary>Results as JUnit XML, which build servers show.</summary>
public static class JUnitXml
{
    /// <summary>A gate as one suite, a case for each check; those not judged are skipped.</summary>
    public static XDocument Of(GateReport gate)
    {
        var (failed, skipped) = (gate.Failures.Count(), gate.Results.Count(r => r.Verdict == GateVerdict.Skipped));
        return new XDocument(new XElement("testsuites", Counts(), new XElement("testsuite", new XAttribute("name", "replay gate"), Counts(), gate.Results.Select(r => Case(gate.File, r)))));

        XAttribute[] Counts() => [new("tests", gate.Results.Count), new("failures", failed), new("errors", 0), new("skipped", skipped)];
    }

    /// <summary>A text without what XML does not know: control characters.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : ' '));

    private static XElement Case(string file, GateResult result)
    {
        var name = result.Text.Split(": ", 2);
        return new XElement("testcase",
            new XAttribute("classname", file), new XAttribute("name", Printable(name[0])), new XAttribute("file", file), new XAttribute("line", result.Check.Line),
            result.Verdict switch
            {
                GateVerdict.Failed => new XElement("failure", new XAttribute("message", Printable(name[^1])), Printable(result.Text)),
                GateVerdict.Skipped => new XElement("skipped", new XAttribute("message", Printable(name[^1]))),
                _ => new XElement("system-out", Printable(result.Text)),
            });
    }
}
