namespace Escalation.Storage;

/// <summary>What storing a record that may have come before gave.</summary>
public enum Stored
{
    /// <summary>It is new and now recorded.</summary>
    New,

    /// <summary>The same identity with the same body is there already; nothing changed.</summary>
    Repeat,

    /// <summary>The same identity with another body is there; nothing changed.</summary>
    Conflict,
}
