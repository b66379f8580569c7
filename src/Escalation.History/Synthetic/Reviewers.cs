using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>People who say what they think of a recommendation: mostly right, swayed by what they were shown, sometimes taking it back.</summary>
internal sealed class Reviewers(Desk desk)
{
    private const double ReviewedShare = .72, SlipShare = .05;
    private readonly SyntheticRandom random = desk.Random;

    /// <summary>An agent looks at a new episode, or nobody does; the ticket is held until then.</summary>
    public void Review(TicketDraft ticket, MessageId message, Instant at, int tone, bool needed)
    {
        if (!random.Chance(ReviewedShare)) return;
        var look = desk.Work?.Book(ticket.Team, at, WorkQueue.Look);
        var when = look?.End ?? desk.WorkTime(ticket.Team, at + desk.Minutes([2, 10, 25, 60, 200]));
        var agent = look?.Agent ?? desk.Workforce.OnDuty(ticket.Team, when, random);
        var believed = Believed(needed, tone, ticket.Score);
        var label = new Label
        {
            Id = desk.NextLabelId(),
            At = when,
            TicketId = ticket.Id,
            EpisodeId = ticket.Episode,
            MessageId = message,
            DecisionId = "D-" + message.Value,
            Kind = believed ? LabelKind.Confirmed : LabelKind.Dismissed,
            Actor = agent.Actor,
            Origin = LabelOrigin.Agent,
            Shown = Shown(ticket),
            Frustrated = random.Chance(.8) ? Frustrated(tone, ticket.Score) : null,
        };
        if (!believed)
            label = label with { Reason = ReasonOf(needed, tone), WrongSignals = random.Chance(.4) ? tone >= 2 ? ["high_frustration"] : ["keyword_match"] : [] };
        else if (random.Chance(.06))
            label = label with { Kind = LabelKind.Dismissed, Reason = random.Chance(.5) ? DismissalReason.AlreadyHandled : DismissalReason.Duplicate };
        if (label.EffectiveNeeded is { } said && random.Chance(.6)) label = label with { Needed = said };
        Add(ticket, label);
        desk.Queue.Add(desk.Event(ticket, when, EventKind.Acknowledged, agent.Actor));
        if (label.Kind == LabelKind.Confirmed) Confirmed(ticket, when, agent);
        else if (random.Chance(.45)) desk.Move(ticket, when + Duration.FromSeconds(40), ticket.FirstTeam, agent.Actor);   // else whoever waved it away answers it
        else if (random.Chance(.1))
            desk.Queue.Add(desk.Event(ticket, when + Duration.FromSeconds(4), EventKind.Snoozed, agent.Actor) with { Until = when + Duration.FromDays(1) });
        if (look is not null) ticket.NotBefore = Instant.Max(ticket.NotBefore, when);
        else if (when + Duration.FromMinutes(2) > ticket.NotBefore) ticket.NotBefore = when + Duration.FromMinutes(2);
    }

    /// <summary>An agent escalates by hand what no recommendation had flagged, and often says so.</summary>
    public void Missed(TicketDraft ticket, MessageId message, Instant when, Agent agent, int tone, bool needed)
    {
        ticket.Episode = desk.NextEpisodeId();
        desk.Queue.Add(desk.Event(ticket, when, EventKind.Escalated, agent.Actor) with { EpisodeId = ticket.Episode.Value.Value, Band = Band.PriorityEscalation });
        var team = Corrected(ticket);
        desk.Move(ticket, when + Duration.FromSeconds(1), team, agent.Actor);
        if (!needed || !random.Chance(.6)) return;
        Add(ticket, new Label
        {
            Id = desk.NextLabelId(),
            At = when + Duration.FromSeconds(30),
            TicketId = ticket.Id,
            EpisodeId = ticket.Episode,
            MessageId = message,
            Kind = LabelKind.Missed,
            Needed = true,
            Frustrated = random.Chance(.6) ? Frustrated(tone, ticket.Score) : null,
            RightTeam = random.Chance(.7) ? team : null,
            Actor = agent.Actor,
            Origin = LabelOrigin.Agent,
            Shown = Shown(ticket),
        });
    }

    /// <summary>A reviewer answers only whether the writer was frustrated, without seeing a score.</summary>
    public void AskFrustration(TicketDraft ticket, MessageId message, Instant at, int tone)
    {
        var when = desk.WorkTime("general", at + desk.Minutes([600, 1400, 3000]));
        Add(ticket, new Label
        {
            Id = desk.NextLabelId(),
            At = when,
            TicketId = ticket.Id,
            MessageId = message,
            Kind = LabelKind.Frustration,
            Frustrated = Frustrated(tone, .5),
            Actor = desk.Workforce.OnDuty("general", when, random).Actor,
            Origin = LabelOrigin.Review,
        });
    }

    /// <summary>The blind audit: a week after a ticket came, some are drawn by what the live scorer had made of them and read to the end.</summary>
    public void Audit(TicketDraft ticket)
    {
        var (stratum, probability) = ticket.Band switch
        {
            >= Band.PriorityEscalation => ("flagged", .25),
            Band.Monitor => ("near", .15),
            _ => ("quiet", .06),
        };
        if (!random.Chance(probability)) return;
        var week = ticket.CreatedAt + Duration.FromDays(7);
        var when = desk.WorkTime("general-escalation", (week > ticket.Last ? week : ticket.Last) + desk.Minutes([60, 600, 2000]));
        var needed = random.Chance(.03) ? !ticket.WasNeeded : ticket.WasNeeded;
        desk.Queue.Add(new Label
        {
            Id = desk.NextLabelId(),
            At = when,
            TicketId = ticket.Id,
            EpisodeId = ticket.Episode,
            MessageId = ticket.WorstMessage,
            Kind = !needed ? LabelKind.Dismissed : ticket.Episode is null ? LabelKind.Missed : LabelKind.Confirmed,
            Needed = needed,
            Reason = needed ? null : ticket.WorstTone >= 2 ? DismissalReason.NotUrgent : DismissalReason.NotFrustrated,
            Frustrated = Frustrated(ticket.WorstTone, .5),
            RightTeam = needed || random.Chance(.3) ? ticket.RightTeam : null,
            Actor = desk.Workforce.OnDuty("general-escalation", when, random).Actor,
            Origin = LabelOrigin.Audit,
            Audit = new AuditDraw("weekly-blind", stratum, probability),
        });
    }

    /// <summary>Now and then an agent writes down an idea for a rule.</summary>
    public void Suggest(TicketDraft ticket, Instant when, Agent agent) => desk.Queue.Add(new Label
    {
        Id = desk.NextLabelId(),
        At = when,
        TicketId = ticket.Id,
        Kind = LabelKind.Suggestion,
        Actor = agent.Actor,
        Origin = LabelOrigin.Agent,
        Shown = Shown(ticket),
        Note = random.Pick<string>(["Third contact in a week should always come to us.", "Quiet mails with a case number are serious.", "Capital letters alone should not page anybody."]),
    });

    private void Confirmed(TicketDraft ticket, Instant when, Agent agent)
    {
        desk.Queue.Add(desk.Event(ticket, when + Duration.FromSeconds(5), EventKind.PriorityChanged, agent.Actor) with { Priority = ticket.Band == Band.ImmediateEscalation ? "urgent" : "high" });
        if (ticket.Team == ticket.RightTeam) return;
        var team = Corrected(ticket);
        if (ticket.Team == team) return;
        var shown = Shown(ticket);
        desk.Move(ticket, when + Duration.FromSeconds(40), team, agent.Actor);
        if (!random.Chance(.55)) return;
        Add(ticket, new Label
        {
            Id = desk.NextLabelId(),
            At = when + Duration.FromSeconds(45),
            TicketId = ticket.Id,
            EpisodeId = ticket.Episode,
            Kind = LabelKind.TeamCorrected,
            RightTeam = team,
            Actor = agent.Actor,
            Origin = LabelOrigin.Agent,
            Shown = shown,
        });
    }

    // Where a person sends it: mostly where it belongs, else to those who always take things.
    private string Corrected(TicketDraft ticket)
    {
        if (random.Chance(.87) && Catalogue.IsSenior(ticket.RightTeam)) return ticket.RightTeam;
        return random.Chance(.75) ? "senior-support" : "general-escalation";
    }

    private void Add(TicketDraft ticket, Label label)
    {
        desk.Queue.Add(label);
        if (!random.Chance(.025)) return;
        var back = label.At + desk.Minutes([1, 5, 60]);
        desk.Queue.Add(new Label
        {
            Id = desk.NextLabelId(),
            At = back,
            TicketId = ticket.Id,
            EpisodeId = label.EpisodeId,
            MessageId = label.MessageId,
            Kind = LabelKind.Undone,
            Actor = label.Actor,
            Origin = label.Origin,
            Shown = label.Shown,
            Undoes = label.Id,
        });
    }

    // Loud and high-scored false alarms are waved through, quiet true ones are waved away.
    private bool Believed(bool needed, int tone, double score)
    {
        var wrong = needed ? SlipShare + (tone < 2 ? .1 : 0) + (score < .7 ? .06 : 0) : SlipShare + (score > .8 ? .14 : 0);
        return random.Chance(wrong) ? !needed : needed;
    }

    private DismissalReason ReasonOf(bool needed, int tone)
    {
        if (needed) return random.Weighted([40, 25, 25, 10]) switch { 0 => DismissalReason.NotUrgent, 1 => DismissalReason.AlreadyHandled, 2 => DismissalReason.NotFrustrated, _ => DismissalReason.Other };
        return random.Weighted(tone < 2 ? [30, 8, 40, 6, 8, 8] : [58, 12, 4, 8, 10, 8]) switch
        {
            0 => DismissalReason.NotUrgent,
            1 => DismissalReason.WrongPerson,
            2 => DismissalReason.NotFrustrated,
            3 => DismissalReason.Duplicate,
            4 => DismissalReason.AlreadyHandled,
            _ => DismissalReason.Other,
        };
    }

    private FrustratedAnswer Frustrated(int tone, double shown)
    {
        if (random.Chance(tone is 1 or 2 ? .1 : .02)) return FrustratedAnswer.CantTell;
        var yes = tone switch { <= 0 => .03, 1 => .15, 2 => .84, 3 => .96, _ => .98 } + (shown > .8 ? .04 : 0);
        return random.Chance(yes) ? FrustratedAnswer.Yes : FrustratedAnswer.No;
    }

    private static ShownRecommendation Shown(TicketDraft ticket) => new(ticket.Score, ticket.Band, LiveScorer.Configuration);
}
