using System.Reflection;
using Microsoft.ML;

namespace Escalation.Trainer;

/// <summary>What a model was trained with, for its card.</summary>
internal static class ProgramVersions
{
    public static IReadOnlyDictionary<string, string> All() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["escalation"] = Of(typeof(ProgramVersions)),
        ["Microsoft.ML"] = Of(typeof(MLContext)),
        [".NET"] = Environment.Version.ToString(),
    };

    private static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
