namespace Escalation.Inference.Features;

/// <summary>The upper half of a float: 8 significant bits, relative error at most 1/256.</summary>
public static class Bfloat16
{
    /// <summary>The nearest, halves to even; for finite values.</summary>
    public static ushort Encode(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Exactly the value encoded.</summary>
    public static float Decode(ushort encoded) => BitConverter.UInt32BitsToSingle((uint)encoded << 16);

    /// <summary>The value that <see cref="Encode"/> and <see cref="Decode"/> give back.</summary>
    public static float Round(float value) => Decode(Encode(value));

    /// <summary>The value whose square is exactly one: what a scorer holds is the square.</summary>
    /// <param name="value">At least 0.</param>
    public static float RoundBySquare(float value) => MathF.Sqrt(Round(value * value));
}
