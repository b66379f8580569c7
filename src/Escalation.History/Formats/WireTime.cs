using NodaTime;

namespace Escalation.History.Formats;

/// <summary>How reading a time went.</summary>
public enum TimeReading { Done, NotATime, NoOffset }

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

    /// <summary>Reads <c>2026-03-02T12:00:00.123+01:00</c>: T or a blank, seconds and fraction optional, Z or an offset; cut to milliseconds.</summary>
    /// <param name="text">ASCII bytes.</param>
    /// <param name="zone">The zone of times without an offset; null refuses them.</param>
    /// <param name="instant">The instant.</param>
    /// <param name="ambiguous">Whether a local time fell into a gap or an overlap of the zone.</param>
    public static TimeReading Read(ReadOnlySpan<byte> text, DateTimeZone? zone, out Instant instant, out bool ambiguous)
    {
        (instant, ambiguous) = (default, false);
        if (!TryLocal(text, out var seconds, out var milliseconds, out var used)) return TimeReading.NotATime;
        var rest = text[used..];
        if (rest.IsEmpty)
        {
            if (zone is null) return TimeReading.NoOffset;
            var local = LocalDateTime.FromDateTime(DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond + milliseconds * TimeSpan.TicksPerMillisecond));
            var mapping = zone.MapLocal(local);
            ambiguous = mapping.Count != 1;
            instant = zone.AtLeniently(local).ToInstant();
            return TimeReading.Done;
        }
        if (!TryOffset(rest, out var offsetSeconds)) return TimeReading.NotATime;
        instant = Instant.FromUnixTimeMilliseconds((seconds - offsetSeconds) * 1000 + milliseconds);
        return TimeReading.Done;
    }

    private static bool TryLocal(ReadOnlySpan<byte> text, out long seconds, out int milliseconds, out int used)
    {
        (seconds, milliseconds, used) = (0, 0, 0);
        if (text.Length < 16 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) is not ('t' or ' ') || text[13] != ':') return false;
        int year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2), hour = Number(text, 11, 2), minute = Number(text, 14, 2), second = 0;
        used = 16;
        if (text.Length >= 19 && text[16] == ':')
        {
            second = Number(text, 17, 2);
            used = 19;
            if (text.Length > 20 && text[19] is (byte)'.' or (byte)',')
            {
                var scale = 100;
                for (used = 20; used < text.Length && (uint)(text[used] - '0') <= 9; used++, scale /= 10) milliseconds += (text[used] - '0') * scale;
                if (used == 20) return false;
            }
        }
        if (second == 60) (second, milliseconds) = (59, 999);       // a leap second has no place of its own in Unix time
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || (uint)hour > 23 || (uint)minute > 59 || (uint)second > 59) return false;
        seconds = (new DateOnly(year, month, day).DayNumber - 719162L) * 86400 + hour * 3600 + minute * 60 + second;
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z') return true;
        if (text.Length is not (5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || (text.Length == 6 && text[3] != ':')) return false;
        int hours = Number(text, 1, 2), minutes = Number(text, text.Length - 2, 2);
        if ((uint)hours > 18 || (uint)minutes > 59) return false;
        seconds = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static int Number(ReadOnlySpan<byte> text, int start, int count)
    {
        var value = 0;
        for (var i = start; i < start + count; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit > 9) return -1;
            value = value * 10 + (int)digit;
        }
        return value;
    }

    private static void Digits(Span<byte> target, int start, int count, int value)
    {
        for (var i = start + count - 1; i >= start; i--, value /= 10) target[i] = (byte)('0' + value % 10);
    }
}
