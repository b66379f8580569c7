namespace Escalation.Core.Derived.Text;

/// <summary>extraction.json: cues of issue types, urgency, impact and severity.</summary>
public sealed record ExtractionDefinition;

/// <summary>One product of products.json.</summary>
/// <param name="Name">The canonical name, as in <c>context.Product</c>.</param>
/// <param name="Aliases">Further names that mean it.</param>
public sealed record ProductDefinition(string Name, IReadOnlyList<string> Aliases);
