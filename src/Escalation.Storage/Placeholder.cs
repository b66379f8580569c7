namespace Escalation.Storage;

internal static class Placeholder;
