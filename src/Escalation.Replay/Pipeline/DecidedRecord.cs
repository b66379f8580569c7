using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Pipeline;

/// <summary>A record of a history; a customer's message with what each arm's configuration knows and decides.</summary>
/// <param name="Record">The record.</param>
/// <param name="Facts">By arm; null where it is no customer's message, or none that is decided.</param>
/// <param name="Decisions">By arm; null where <paramref name="Facts"/> is.</param>
/// <param name="Text">The outline of a message's text, where the record has not the text.</param>
/// <param name="Row">The message's row in fact tables; -1 where there are none.</param>
/// <param name="Ticket">The ticket of a decided message, after merges; null where its facts say it.</param>
internal readonly record struct DecidedRecord(HistoryRecord Record, DerivedFacts[]? Facts, Decision[]? Decisions, TextOutline? Text = null, int Row = -1, TicketId? Ticket = null);
