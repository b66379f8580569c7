namespace Escalation.Core;

internal static class Placeholder;
