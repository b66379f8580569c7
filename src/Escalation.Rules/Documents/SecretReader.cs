using System.Text.Json;
using Escalation.Rules.Notifications;

namespace Escalation.Rules.Documents;

/// <summary>Reads where a secret stands, wherever a settings file has one.</summary>
internal static class SecretReader
{
    /// <summary>A secret as <c>{"env": NAME}</c> or <c>{"file": PATH}</c>; one that is written out is refused, and not repeated.</summary>
    public static SecretSource? Read(ObjectReader reader, string key, bool required)
    {
        if (reader.Value(key, required) is not { } value) return null;
        if (value.Kind == JsonValueKind.String)
        {
            reader.Error(value.Place, $"\"{key}\" is a secret and must not stand here; write {{\"env\": \"NAME\"}} for an environment variable or {{\"file\": \"PATH\"}} for a file that holds it");
            return null;
        }
        if (ObjectReader.Of(value, reader.Problems, reader.Rule) is not { } source) return null;
        var secret = new SecretSource(source.String("env"), source.String("file"));
        source.Done();
        if (secret.Environment is null != secret.File is null) return secret;
        source.Error(value.Place, $"\"{key}\" needs either \"env\", the name of an environment variable, or \"file\", the path of a file");
        return null;
    }
}
