using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Escalation.Service.Api;

/// <summary>Where a page of a list begins, and how long it is at most.</summary>
/// <param name="Limit">At most so many items.</param>
/// <param name="After">Time and id of the last item of the page before; null = the first page.</param>
internal readonly record struct PageAsked(int Limit, (Instant At, string Id)? After)
{
    public const int DefaultItems = 50;
    public const int MostItems = 500;

    /// <summary>What the query of a request asks for, or what is wrong with it.</summary>
    public static (PageAsked Page, ProblemHttpResult? Problem) Read(string? limit, string? cursor)
    {
        var most = DefaultItems;
        if (!string.IsNullOrEmpty(limit) && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MostItems))
            return (default, Problems.Of(400, $"limit: is {limit}; ask for 1 to {MostItems}", "/limit"));
        if (!TryCursor(cursor, out var after)) return (default, Problems.Of(400, "cursor: was not made by this service; hand back \"next\" of the page before as it is", "/cursor"));
        return (new PageAsked(most, after), null);
    }

    /// <summary>The cursor of the page after an item; null where this one was not full.</summary>
    public string? Next<T>(IReadOnlyList<T> items, Func<T, (Instant At, string Id)> place)
    {
        if (items.Count < Limit) return null;
        var (at, id) = place(items[^1]);
        return WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds()}:{id}")));
    }

    private static bool TryCursor(string? cursor, out (Instant, string)? after)
    {
        after = null;
        if (string.IsNullOrEmpty(cursor)) return true;
        try
        {
            var text = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || !long.TryParse(text.AsSpan(0, colon), CultureInfo.InvariantCulture, out var ms) || Math.Abs(ms) > 253_402_300_799_999) return false;
            after = (Instant.FromUnixTimeMilliseconds(ms), text[(colon + 1)..]);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
