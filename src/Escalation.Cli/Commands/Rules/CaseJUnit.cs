using System.Globalization;
using System.Xml.Linq;
using Escalation.Replay.Reports;
using Escalation.Rules;
using Escalation.Rules.Cases;

namespace Escalation.Cli.Commands.Rules;

/// <summary>The results of rule cases as JUnit XML, which build servers show.</summary>
internal static class CaseJUnit
{
    /// <summary>A suite for each file of cases, and one for what kept the rules from being read.</summary>
    public static XDocument Of(RuleSetLoadResult result)
    {
        var suites = result.Cases.Cases.GroupBy(c => c.File, StringComparer.Ordinal).Select(g => Suite(g.Key, [.. g])).ToList();
        var failures = result.Cases.Cases.SelectMany(c => c.Failures).ToHashSet();
        var faults = result.Problems.Where(p => !failures.Contains(p)).ToArray();
        if (faults.Length > 0)
            suites.Add(new XElement("testsuite", new XAttribute("name", "rules"), new XAttribute("tests", faults.Length), new XAttribute("errors", faults.Length),
                faults.Select(f => new XElement("testcase", new XAttribute("classname", f.File), new XAttribute("name", f.Rule ?? f.File), new XElement("error", new XAttribute("message", JUnitXml.Printable(f.ToString())))))));
        return new XDocument(new XElement("testsuites", new XAttribute("tests", result.Cases.Cases.Count), new XAttribute("failures", result.Cases.Failed), new XAttribute("errors", faults.Length), suites));
    }

    private static XElement Suite(string file, CaseResult[] cases) => new("testsuite",
        new XAttribute("name", file), new XAttribute("tests", cases.Length), new XAttribute("failures", cases.Count(c => c.Failures.Count > 0)), new XAttribute("time", Seconds(cases.Sum(c => c.Milliseconds))),
        cases.Select(c => new XElement("testcase",
            new XAttribute("classname", file), new XAttribute("name", JUnitXml.Printable(c.Name)), new XAttribute("file", file), new XAttribute("line", c.Line), new XAttribute("time", Seconds(c.Milliseconds)),
            c.Failures.Select(f => new XElement("failure", new XAttribute("message", JUnitXml.Printable(f.Message)), JUnitXml.Printable(f.ToString()))))));

    private static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.000000", CultureInfo.InvariantCulture);
}
