namespace Escalation.Service;

internal static class Placeholder;
