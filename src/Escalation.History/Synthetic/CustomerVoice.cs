using System.Globalization;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Synthetic.Texts;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>The customer of one case: writes the messages, and keeps what is true of each.</summary>
internal sealed class CustomerVoice(Desk desk, Reviewers reviewers)
{
    private static readonly double[] Lateness = [2, 6, 20, 70, 300];
    private static readonly Duration AfterTriage = Duration.FromSeconds(45);
    private static readonly string[] Currencies = ["USD", "GBP", "EUR"], Signs = ["$", "£", "€"];
    private readonly SyntheticRandom random = desk.Random;
    private readonly Blanks blanks = new();
    private TextBank bank = null!;
    private SyntheticCustomer customer = null!;
    private SyntheticProduct product = null!;
    private Topic topic = null!;

    /// <summary>0 to 4.</summary>
    public int Tone { get; set; }

    /// <summary>What the customer needs now.</summary>
    public Need Need { get; set; }

    /// <summary>A senior person is needed although the texts do not say so.</summary>
    public bool HiddenNeed { get; set; }

    /// <summary>The case is one of an outage.</summary>
    public bool IsOutage { get; set; }

    /// <summary>The customer had to write again: a case for the second line, urgent or not.</summary>
    public bool IsPersistent { get; set; }

    /// <summary>The last message's id.</summary>
    public MessageId LastMessage { get; private set; }

    /// <summary>Whether a senior person is needed now.</summary>
    public bool IsNeeded => HiddenNeed || Catalogue.Level(Need) >= 2;

    /// <summary>The team that should have the case now.</summary>
    public string RightTeam => IsNeeded ? Catalogue.SeniorTeam(topic, Need, IsOutage, customer.IsBusiness) : IsPersistent ? "senior-support" : topic.Team;

    /// <summary>Begins another case.</summary>
    public void Begin(SyntheticCustomer who, SyntheticProduct about, Topic what)
    {
        (customer, product, topic, bank) = (who, about, what, desk.BankOf(who));
        var features = about.Features[who.Language];
        var sign = Signs[Array.IndexOf(Currencies, who.Currency)];
        var value = blanks.Values;
        value[0] = about.Name;
        value[1] = features[random.Below(features.Length)];
        value[2] = sign + ((int)random.Quantile(who.IsBusiness ? [9, 49, 120, 480, 6000] : [4, 15, 39, 90, 600])).ToString(CultureInfo.InvariantCulture);
        value[3] = "QS-" + random.Between(100_000, 999_999).ToString(CultureInfo.InvariantCulture);
        value[4] = "INV-" + random.Between(20_000, 99_999).ToString(CultureInfo.InvariantCulture);
        value[5] = desk.Workforce.OnDuty("on-call", SyntheticHistory.AnyTime, random).Name;
        (value[6], value[7], value[8], value[9]) = (who.Name, who.CompanyName, Catalogue.Company, who.City);
        blanks.Weekdays = bank.Weekdays;
    }

    /// <summary>An agent's or system text in the customer's language.</summary>
    public string AgentText(string section) => desk.Composer.Agent(bank, blanks, section);

    /// <summary>Writes one message, has it scored and perhaps escalated by the live robot.</summary>
    /// <returns>When the organisation received it.</returns>
    public Instant Write(TicketDraft ticket, Instant at, Act act, bool showNeed = false, bool history = false)
    {
        if (at < ticket.VisibleFrom) at = ticket.VisibleFrom + Duration.FromSeconds(1);
        var settled = act is Act.Thanks or Act.ThanksForPast or Act.AutoReply;
        var tone = settled ? 0 : Tone;
        var needed = !settled && IsNeeded;
        var shown = showNeed ? Need : Need.None;
        var decoy = !showNeed && act is Act.Opener && random.Chance(needed ? .04 : .08);
        var quotes = ticket.Channel == Channel.Email && ticket.LastAgentText is not null && random.Chance(.7);
        var text = desk.Composer.Compose(bank, blanks, new TextRequest(
            act, topic, tone, Need, showNeed, decoy, history, ticket.Channel, customer.Writer, quotes ? ticket.LastAgentText : null, customer.HasSignature));
        var message = Envelope(ticket, at, text, act);
        if (ticket.VisibleFrom == default) ticket.VisibleFrom = message.Received;
        Know(ticket, message, tone, needed);
        Repeat(ticket, message, needed, tone);
        Scored(ticket, message, tone, LiveScorer.Score(tone, shown, decoy, history, random), needed);
        if (random.Chance(.02)) reviewers.AskFrustration(ticket, new MessageId(message.Id), message.Received, tone);
        return message.Received;
    }

    private Message Envelope(TicketDraft ticket, Instant at, string text, Act act)
    {
        var id = desk.NextMessageId();
        var late = ticket.Channel is Channel.Email or Channel.Social or Channel.Web && random.Chance(.05);
        var received = late ? at + desk.Minutes(Lateness)
            : ticket.Channel is Channel.Chat ? (Instant?)null
            : at + Duration.FromMilliseconds(random.Between(150, 20_000));
        var external = SourceNames.ExternalId(ticket.Channel, id);
        var opener = act is Act.Opener or Act.ThanksForPast && ticket.LastExternalId is null;
        var message = new Message
        {
            Id = id,
            Source = SourceNames.Of(ticket.Channel),
            ExternalId = external,
            TicketId = ticket.Id,
            CustomerId = customer.Id,
            Channel = ticket.Channel,
            At = at,
            ReceivedAt = received,
            Author = Author.Customer,
            Text = text,
            Brand = product.Brand,
            Subject = ticket.Channel is Channel.Email or Channel.Web ? opener ? desk.Composer.Subject(bank, blanks, topic) : null : null,
            Language = ticket.Channel is Channel.Chat or Channel.Web ? customer.Language : null,
            Product = ticket.Channel == Channel.Web && random.Chance(.6) ? product.Name : null,
            ThreadId = ticket.Thread,
            InReplyTo = ticket.Channel == Channel.Email ? ticket.LastExternalId : null,
            Attributes = ticket.Channel == Channel.Web ? SourceNames.FormAttributes : Message.NoAttributes,
        };
        ticket.LastExternalId = external;
        return message;
    }

    private void Know(TicketDraft ticket, Message message, int tone, bool needed)
    {
        if (needed)
        {
            ticket.WasNeeded = true;
            ticket.NeededFrom ??= message.At;
            ticket.RightTeam = RightTeam;
        }
        else if (!ticket.WasNeeded) ticket.RightTeam = RightTeam;
        LastMessage = new MessageId(message.Id);
        if (tone > ticket.WorstTone) (ticket.WorstTone, ticket.WorstMessage) = (tone, LastMessage);
        if (message.Received > ticket.Last) ticket.Last = message.Received;
        desk.Queue.Add(message, Truth(ticket, message, tone, needed));
    }

    private MessageTruth Truth(TicketDraft ticket, Message message, int tone, bool needed) =>
        new(new MessageId(message.Id), message.TicketId, tone >= 2, needed, RightTeam, needed ? ticket.NeededFrom : null, customer.IsTest);

    // The same words sent twice, or an edited text with a higher revision.
    private void Repeat(TicketDraft ticket, Message message, bool needed, int tone)
    {
        var again = random.Chance(.012);
        if (!again && !random.Chance(.004)) return;
        var id = desk.NextMessageId();
        var delay = Duration.FromSeconds(random.Between(20, 400));
        var second = message with
        {
            Id = id,
            At = message.At + delay,
            ReceivedAt = message.Received + delay,
            ExternalId = again ? SourceNames.ExternalId(message.Channel, id) : message.ExternalId,
            Revision = again ? 0 : 1,
            Text = again ? message.Text : message.Text + " " + desk.Composer.Agent(bank, blanks, "answer"),
        };
        if (second.Received > ticket.Last) ticket.Last = second.Received;
        desk.Queue.Add(second, Truth(ticket, second, tone, needed));
    }

    private void Scored(TicketDraft ticket, Message message, int tone, double score, bool needed)
    {
        var band = LiveScorer.BandOf(score);
        if (score > ticket.Score) ticket.Score = score;
        if (band <= ticket.Band) return;
        ticket.Band = band;
        if (band < Band.PriorityEscalation) return;
        var isNew = ticket.Episode is null;
        ticket.Episode ??= desk.NextEpisodeId();
        var at = message.Received + Duration.FromMilliseconds(random.Between(80, 900));
        desk.Queue.Add(desk.Event(ticket, at, EventKind.Escalated, Desk.Robot) with { EpisodeId = ticket.Episode.Value.Value, Band = band });
        if (!isNew) return;
        Route(ticket, at + AfterTriage);
        reviewers.Review(ticket, new MessageId(message.Id), at + AfterTriage, tone, needed);
    }

    // The live robot routes by what it made of the message: often right where there is a need, to the second line where it heard only noise.
    private void Route(TicketDraft ticket, Instant at)
    {
        var guess = random.Chance(IsNeeded ? .62 : .1) ? RightTeam
            : random.Chance(.75) ? "senior-support" : Catalogue.SeniorTeams[random.Below(Catalogue.SeniorTeams.Length)];
        desk.Move(ticket, at, Catalogue.IsSenior(guess) ? guess : "senior-support", Desk.Robot);
    }
}
