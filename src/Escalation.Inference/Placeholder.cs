namespace Escalation.Inference;

internal static class Placeholder;
