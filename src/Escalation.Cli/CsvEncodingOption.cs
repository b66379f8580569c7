using System.CommandLine;
using System.Text;
using Escalation.History.Import;

namespace Escalation.Cli;

/// <summary><c>--encoding</c> of commands that read a CSV.</summary>
internal sealed class CsvEncodingOption : Option<string?>
{
    /// <summary>The option.</summary>
    public CsvEncodingOption() : base("--encoding") =>
        (Description, HelpName) = ("Encoding of the CSV, for example windows-1252. Default: UTF-8, or what its byte order mark says.", "NAME");

    /// <summary>What was given; null = nothing, or a name that nobody knows, which is then a problem.</summary>
    public Encoding? Read(ParseResult parse, List<string> problems)
    {
        if (parse.GetValue(this) is not { } name) return null;
        try
        {
            return ImportEncoding.Of(name);
        }
        catch (ArgumentException)
        {
            problems.Add($"--encoding: \"{name}\" is not known; write for example utf-8, utf-16, latin1 or windows-1252");
            return null;
        }
    }
}
