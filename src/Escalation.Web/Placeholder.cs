namespace Escalation.Web;

internal static class Placeholder;
