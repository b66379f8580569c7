namespace Escalation.History;

internal static class Placeholder;
