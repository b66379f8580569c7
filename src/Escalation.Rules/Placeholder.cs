namespace Escalation.Rules;

internal static class Placeholder;
