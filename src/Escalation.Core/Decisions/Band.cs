namespace Escalation.Core.Decisions;

/// <summary>What is recommended, in rising order. Written as <c>none|monitor|priority_escalation|immediate_escalation</c>.</summary>
public enum Band { None = 0, Monitor, PriorityEscalation, ImmediateEscalation }
