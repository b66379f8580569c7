using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Escalation.Service.Api;

/// <summary>Describes parameters that are bound as text, so that a wrong one gets a problem with a pointer, as what they are.</summary>
internal static class OpenApiParameters
{
    /// <summary>Describes a query parameter as a whole number in a range.</summary>
    public static TBuilder WithIntegerParameter<TBuilder>(this TBuilder endpoint, string name, int least, int most, int standard) where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (var parameter in operation.Parameters ?? [])
                if (parameter is OpenApiParameter described && described.Name == name)
                    described.Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Integer,
                        Format = "int32",
                        Minimum = least.ToString(CultureInfo.InvariantCulture),
                        Maximum = most.ToString(CultureInfo.InvariantCulture),
                        Default = JsonValue.Create(standard),
                    };
            return Task.CompletedTask;
        });
}
