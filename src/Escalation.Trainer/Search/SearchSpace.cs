using System.Globalization;

namespace Escalation.Trainer.Search;

/// <summary>What a tuner may choose: named parameters with their ranges.</summary>
/// <param name="Parameters">In a fixed order.</param>
/// <param name="KindParameter">The parameter by which settings are told into kinds; a kind's name is of no other space.</param>
/// <param name="Price">What a trial costs, against one of a space of price 1.</param>
public sealed record SearchSpace(IReadOnlyList<SearchParameter> Parameters, string KindParameter, double Price = 1)
{
    /// <summary>Whether a setting is one of this space: by the names of its parameters and by its kind.</summary>
    public bool Holds(ParameterSet parameters) => parameters.Values.Count == Parameters.Count && Parameters.All(p => parameters.Values.ContainsKey(p.Name))
        && Parameters.All(p => p.Name != KindParameter || p is not ChoiceParameter kinds || kinds.Choices.Contains(parameters[p.Name]));

    /// <summary>The setting at the places that another has in its own space of the same parameters.</summary>
    public ParameterSet SamePlace(SearchSpace other, ParameterSet setting) => new(Parameters.Zip(other.Parameters, (p, o) =>
        (p.Name, Value: p.At(o.PlaceOf(setting[o.Name])))).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal));

    /// <summary>One setting drawn from all ranges.</summary>
    public ParameterSet Sample(Random random) => new(Parameters.ToDictionary(p => p.Name, p => p.At(random.NextDouble()), StringComparer.Ordinal));

    /// <summary>A setting moved by a step along a direction, kept inside the ranges.</summary>
    /// <param name="from">Where it starts.</param>
    /// <param name="direction">One number a parameter, in units of its range.</param>
    public ParameterSet Move(ParameterSet from, IReadOnlyList<double> direction) => new(Parameters.Select((p, i) =>
        (p.Name, Value: p.At(Math.Clamp(p.PlaceOf(from[p.Name]) + direction[i], 0, 1)))).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal));
}

/// <summary>One thing to choose.</summary>
public abstract record SearchParameter(string Name)
{
    /// <summary>The value at a place of the range.</summary>
    /// <param name="place">0 to 1.</param>
    public abstract string At(double place);

    /// <summary>The place of a value, 0 to 1.</summary>
    public abstract double PlaceOf(string value);
}

/// <summary>A number of a range, by equal ratios where <paramref name="IsLogarithmic"/>, rounded to three digits or to a whole number, so that a file shows what was used.</summary>
public sealed record NumberParameter(string Name, double Low, double High, bool IsLogarithmic = false, bool IsWhole = false) : SearchParameter(Name)
{
    /// <inheritdoc/>
    public override string At(double place)
    {
        var value = IsLogarithmic ? Low * Math.Pow(High / Low, place) : Low + ((High - Low) * place);
        return IsWhole ? Math.Round(value).ToString("0", CultureInfo.InvariantCulture) : value.ToString("G3", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override double PlaceOf(string value)
    {
        var number = double.Parse(value, CultureInfo.InvariantCulture);
        return Math.Clamp(IsLogarithmic ? Math.Log(number / Low) / Math.Log(High / Low) : (number - Low) / (High - Low), 0, 1);
    }
}

/// <summary>One of several names.</summary>
public sealed record ChoiceParameter(string Name, IReadOnlyList<string> Choices) : SearchParameter(Name)
{
    /// <inheritdoc/>
    public override string At(double place) => Choices[Math.Min(Choices.Count - 1, (int)(place * Choices.Count))];

    /// <inheritdoc/>
    public override double PlaceOf(string value) => (Math.Max(0, Choices.ToList().IndexOf(value)) + 0.5) / Choices.Count;
}

/// <summary>One value for each parameter.</summary>
/// <param name="Values">By name, as they are written.</param>
public sealed record ParameterSet(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The value of a parameter.</summary>
    public string this[string name] => Values[name];

    /// <summary>A number.</summary>
    public double Number(string name) => double.Parse(Values[name], CultureInfo.InvariantCulture);

    /// <summary><c>name=value</c> by name, with blanks between: equal for equal sets.</summary>
    public override string ToString() => string.Join(' ', Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ParameterSet Parse(string text) =>
        new(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal));

    /// <inheritdoc/>
    public bool Equals(ParameterSet? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
