using System.Buffers;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Escalation.Service.Api;

/// <summary>Reads the raw body of a request, so that its errors name the place in it.</summary>
internal static class RequestBody
{
    /// <summary>Bytes that a body may have: 1,000,000 characters as JSON escapes, and room for the other fields.</summary>
    public const long MaxBytes = 8_000_000;

    /// <summary>What is said of a larger one.</summary>
    public const string TooLarge = "the body is larger than this service takes; a text has at most 1,000,000 characters";

    /// <summary>Bytes that are read, and let go of, of a body that is too large: who still writes when a connection is closed never sees why.</summary>
    private const long MostRead = 8 * MaxBytes;

    private const int BlockBytes = 16 * 1024;

    public static async Task<(ReadOnlyMemory<byte> Body, BodyProblem? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
            return (default, new BodyProblem(415, "", "the body must be JSON: send the header Content-Type: application/json"));
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MostRead;
        using var buffer = new MemoryStream((int)Math.Min(request.ContentLength ?? 1024, MaxBytes));
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            long all = 0;
            for (int read; (read = await request.Body.ReadAsync(block, cancellation)) > 0;)
                if ((all += read) <= MaxBytes) buffer.Write(block, 0, read);
            return all > MaxBytes ? (default, new BodyProblem(413, "", TooLarge)) : (buffer.GetBuffer().AsMemory(0, (int)buffer.Length), null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>The Idempotency-Key of a request; empty is none.</summary>
    public static (string? Key, BodyProblem? Problem) IdempotencyKey(HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 255) return (null, new BodyProblem(400, "", "the header Idempotency-Key has more than 255 characters; send a shorter one, for example a UUID"));
        return (key.Length == 0 ? null : key, null);
    }

    /// <summary>The version that the caller saw, by If-Match; null where any will do.</summary>
    public static string? IfMatch(HttpRequest request) =>
        request.Headers.IfMatch.ToString().Trim() is { Length: > 0 } tag && tag != "*" ? tag.Trim('"') : null;
}
