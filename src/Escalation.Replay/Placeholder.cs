namespace Escalation.Replay;

internal static class Placeholder;
