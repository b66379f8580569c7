namespace Escalation.Core.Decisions;

/// <summary>SHA-256 over the content of a rule set that decides, as 64 lower-case hex digits.</summary>
public readonly record struct RuleSetVersion(string Value)
{
    /// <summary>The first 12 digits, as shown to people.</summary>
    public string Short => Value.Length > 12 ? Value[..12] : Value;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>SHA-256 of a model's scorer and feature schema, as 64 lower-case hex digits.</summary>
public readonly record struct ModelVersion(string Value)
{
    /// <summary>The first 12 digits, as shown to people.</summary>
    public string Short => Value.Length > 12 ? Value[..12] : Value;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>SHA-256 of (rule set, models, engine version, time zone data version, snoozes and quarantines in force).</summary>
public readonly record struct ConfigurationId(string Value)
{
    /// <summary>The first 12 digits, as shown to people.</summary>
    public string Short => Value.Length > 12 ? Value[..12] : Value;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
