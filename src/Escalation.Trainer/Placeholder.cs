namespace Escalation.Trainer;

internal static class Placeholder;
