using System.Text;
using Escalation.Core.Tickets;

namespace Escalation.History.Synthetic.Texts;

/// <summary>What a customer does with a message.</summary>
internal enum Act { Opener, Chaser, Worsening, Answer, Thanks, ThanksForPast, AutoReply }

/// <summary>How the writer writes.</summary>
/// <param name="Formal">Greets and signs.</param>
/// <param name="Typos">Chance of a slip per word, 0 to 1.</param>
/// <param name="Terse">Prefers few sentences.</param>
internal readonly record struct Writer(bool Formal, double Typos, bool Terse);

/// <summary>One message to be written.</summary>
internal readonly record struct TextRequest(
    Act Act, Topic Topic, int Tone, Need Need, bool ShowNeed, bool Decoy, bool MentionsHistory, Channel Channel, Writer Writer, string? Quoted, bool Disclaimer);

/// <summary>Writes messages out of hand-written wordings: opening, fact, what came before, consequence, demand, closing.</summary>
/// <remarks>Not thread-safe: it reuses its buffers.</remarks>
internal sealed class MessageComposer(SyntheticRandom random)
{
    private readonly StringBuilder text = new(1 << 14);
    private readonly List<string> pieces = [];
    private TextBank bank = null!;
    private Blanks blanks = null!;

    /// <summary>The customer's text.</summary>
    public string Compose(TextBank from, Blanks with, in TextRequest request)
    {
        (bank, blanks) = (from, with);
        text.Clear();
        pieces.Clear();
        Plan(request);
        var casual = !request.Writer.Formal || request.Channel is Channel.Chat or Channel.Social;
        if (request.Channel == Channel.Social && random.Chance(.8)) text.Append('@').Append(Catalogue.Company).Append("Help ");
        if (request.Channel == Channel.Phone && request.Act == Act.Opener) Piece("phone", true, " ");
        else if (Greets(request)) Piece(request.Writer.Formal ? "greet.formal" : "greet.casual", false, request.Channel == Channel.Email ? "\n\n" : " ");
        var body = text.Length;
        for (var i = 0; i < pieces.Count; i++)
        {
            var last = i == pieces.Count - 1;
            Piece(pieces[i], !casual || random.Chance(.4), last ? "" : casual ? Joints[random.Below(Joints.Length)] : random.Chance(.12) ? "\n\n" : " ", last, casual);
        }
        Slips.Apply(text, body, request, random);
        if (request.Channel == Channel.Email && request.Act != Act.AutoReply) Ending(request);
        return text.ToString();
    }

    /// <summary>An agent's or the system's text.</summary>
    public string Agent(TextBank from, Blanks with, string section)
    {
        (bank, blanks) = (from, with);
        text.Clear();
        Piece(section, true, "");
        return text.ToString();
    }

    /// <summary>A subject line.</summary>
    public string Subject(TextBank from, Blanks with, Topic topic)
    {
        (bank, blanks) = (from, with);
        text.Clear();
        var section = bank[topic.SubjectSection];
        section[random.Below(section.Length)].Append(text, blanks, random);
        return text.ToString();
    }

    private static readonly string[] Joints = [" ", " ", " ", " ", "\n"];

    private void Plan(in TextRequest r)
    {
        switch (r.Act)
        {
            case Act.Thanks: pieces.Add("thanks"); return;
            case Act.ThanksForPast: pieces.Add("thanks.past"); return;
            case Act.AutoReply: pieces.Add("auto"); return;
            case Act.Answer:
                pieces.Add("answer");
                if (random.Chance(.2)) pieces.Add("answer");
                if (r.Tone >= 2 && random.Chance(.6)) pieces.Add(r.Tone >= 3 ? "close3" : "close2");
                if (r.ShowNeed) pieces.Add(Catalogue.Section(r.Need));
                return;
            case Act.Chaser:
            case Act.Worsening:
                if (r.Tone >= 2 && random.Chance(.45)) pieces.Add(Opening(r.Tone));
                pieces.Add(r.Tone >= 3 ? "chase.hot" : r.Tone == 2 ? "chase.annoyed" : "chase.calm");
                if (r.Act == Act.Worsening && random.Chance(.5)) pieces.Add(r.Topic.FactSection);
                break;
            default:
                if (random.Chance(r.Tone == 0 ? .3 : r.Writer.Terse ? .6 : .85)) pieces.Add(Opening(r.Tone));
                if (r.Tone < 3 || !r.Writer.Terse || random.Chance(.85)) pieces.Add(r.Topic.FactSection);
                break;
        }
        Middle(r);
    }

    private void Middle(in TextRequest r)
    {
        var start = pieces.Count;
        if (r.MentionsHistory) pieces.Add(r.Tone >= 3 ? "history.hot" : "history.calm");
        if (r.ShowNeed)
        {
            pieces.Add(Catalogue.Section(r.Need));
            if (Catalogue.Level(r.Need) >= 2 && random.Chance(.18)) pieces.Add(Catalogue.Section(r.Need));
        }
        else if (!r.Decoy && random.Chance(r.Act == Act.Opener ? .6 : .2))
        {
            pieces.Add(random.Chance(r.Tone >= 2 ? .8 : .35) ? "mild" : "fine");
        }
        if (r.Decoy) pieces.Add("decoy");
        if (random.Chance(Catalogue.Level(r.Need) >= 2 ? r.Tone == 0 ? .3 : .5 : r.Tone >= 3 ? .1 : .015)) pieces.Add("urgent");
        else if (random.Chance(r.Writer.Terse ? .25 : .5)) pieces.Add(r.Tone >= 3 ? "ask3" : r.Tone == 2 ? "ask2" : "ask0");
        if (!r.Writer.Terse && start < pieces.Count && random.Chance(.12)) (pieces[start], pieces[^1]) = (pieces[^1], pieces[start]);
        if (random.Chance(r.Tone >= 2 ? .55 : .3)) pieces.Add(Closings[r.Tone]);
    }

    private static readonly string[] Openings = ["open0", "open1", "open2", "open3", "open4"];
    private static readonly string[] Closings = ["close0", "close1", "close2", "close3", "close4"];

    private string Opening(int tone) => tone is 2 or 3 && random.Chance(.25) ? "sarcasm" : Openings[tone];

    private bool Greets(in TextRequest r) => r.Act != Act.AutoReply && r.Channel switch
    {
        Channel.Email or Channel.Web => random.Chance(r.Tone >= 3 ? .4 : .85),
        Channel.Chat => r.Act == Act.Opener && random.Chance(.5),
        _ => false,
    };

    private void Ending(in TextRequest r)
    {
        if (random.Chance(r.Tone >= 4 ? .3 : .85))
        {
            text.Append("\n\n");
            Piece(r.Writer.Formal ? "bye.formal" : "bye.casual", false, "");
        }
        if (r.Disclaimer)
        {
            text.Append("\n\n-- \n").Append(blanks.Values[6]).Append('\n').Append(blanks.Values[7]).Append(", ").Append(blanks.Values[9]).Append('\n');
            Piece("disclaimer", false, "");
        }
        if (r.Quoted is not { Length: > 0 } quoted) return;
        text.Append("\n\nOn ").Append(bank.Weekdays[random.Below(bank.Weekdays.Count)]).Append(", ").Append(Catalogue.Company).Append(" Support wrote:\n");
        foreach (var line in quoted.AsSpan().EnumerateLines()) text.Append("> ").Append(line).Append('\n');
    }

    private void Piece(string section, bool capital, string joint, bool last = false, bool casual = false)
    {
        var choices = bank[section];
        if (choices.Length == 0) return;
        var start = text.Length;
        choices[random.Below(choices.Length)].Append(text, blanks, random);
        if (capital && start < text.Length) text[start] = char.ToUpperInvariant(text[start]);
        if (section.StartsWith("greet", StringComparison.Ordinal) || section.StartsWith("bye", StringComparison.Ordinal)) { text.Append(joint); return; }
        if (text[^1] is not ('.' or '!' or '?' or ':') && !char.IsSurrogate(text[^1])) Stop(section, last, casual);
        text.Append(joint);
    }

    private void Stop(string section, bool last, bool casual)
    {
        var question = section.StartsWith("ask0", StringComparison.Ordinal) || section == "chase.calm" || section == "fact.product.question";
        if (last && casual && random.Chance(.45)) return;
        if (question && random.Chance(.8)) text.Append('?');
        else if (casual && !last) text.Append(random.Below(8) switch { 0 or 1 => ",", 2 => "...", 3 => " -", 4 => "", _ => "." });
        else text.Append('.');
    }
}
