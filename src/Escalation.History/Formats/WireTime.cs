using NodaTime;

namespace Escalation.History.Formats;

/// <summary>Instants as files hold them: RFC 3339 with <c>Z</c> and milliseconds when written, any offset and fraction when read.</summary>
public static class WireTime
{
    /// <summary>Bytes of a written instant, for example <c>2026-03-02T12:00:00.000Z</c>.</summary>
    public const int Length = 24;

    /// <summary>Writes an instant, cut to milliseconds.</summary>
    /// <param name="instant">An instant of the years 1 to 9999.</param>
    /// <param name="target">At least <see cref="Length"/> bytes.</param>
    public static void Write(Instant instant, Span<byte> target)
    {
        var time = instant.ToDateTimeUtc();
        var (year, month, day) = DateOnly.FromDateTime(time);
        Digits(target, 0, 4, year);
        target[4] = (byte)'-';
        Digits(target, 5, 2, month);
        target[7] = (byte)'-';
        Digits(target, 8, 2, day);
        target[10] = (byte)'T';
        Digits(target, 11, 2, time.Hour);
        target[13] = (byte)':';
        Digits(target, 14, 2, time.Minute);
        target[16] = (byte)':';
        Digits(target, 17, 2, time.Second);
        target[19] = (byte)'.';
        Digits(target, 20, 3, time.Millisecond);
        target[23] = (byte)'Z';
    }

    /// <summary>The written form as text.</summary>
    public static string Format(Instant instant) => string.Create(Length, instant, static (target, value) =>
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(value, bytes);
        for (var i = 0; i < bytes.Length; i++) target[i] = (char)bytes[i];
    });

    private static void Digits(Span<byte> target, int start, int count, int value)
    {
        for (var i = start + count - 1; i >= start; i--, value /= 10) target[i] = (byte)('0' + value % 10);
    }
}
