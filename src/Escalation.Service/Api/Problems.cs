using Escalation.Service.Intake;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Escalation.Service.Api;

/// <summary>Errors as RFC 9457 problems, with a JSON pointer to the field.</summary>
internal static class Problems
{
    /// <summary>A problem with what was sent.</summary>
    public static ProblemHttpResult Of(BodyProblem problem) => Of(problem.Status, problem.Message, problem.Pointer);

    /// <summary>A problem with an action on an escalation; where it is in the way as it stands, with how that is.</summary>
    public static ProblemHttpResult Of(BodyProblem problem, EpisodeView present)
    {
        if (problem.Status is not (409 or 412)) return Of(problem);
        var extensions = Extensions(problem.Message, problem.Pointer.Length == 0 ? null : problem.Pointer) ?? [];
        extensions["escalation"] = present;
        return TypedResults.Problem(problem.Message, statusCode: problem.Status, title: ReasonPhrases.GetReasonPhrase(problem.Status), extensions: extensions);
    }

    /// <summary>A problem.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="detail">What is wrong and what to do.</param>
    /// <param name="pointer">JSON pointer to the field; null where no field is meant.</param>
    public static ProblemHttpResult Of(int status, string detail, string? pointer = null) =>
        TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), extensions: Extensions(detail, pointer));

    /// <summary>What a problem without words of its own says: one that no endpoint wrote.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
        {
            404 => $"there is nothing at {request.Path}; GET /openapi/v1.json lists every address",
            405 => $"{request.Path} does not take {request.Method}; GET /openapi/v1.json says what it takes",
            _ => null,
        };
    }

    private static Dictionary<string, object?>? Extensions(string detail, string? pointer) =>
        pointer is null ? null : new Dictionary<string, object?> { ["pointer"] = pointer, ["errors"] = new[] { new { detail, pointer = "#" + pointer } } };
}

/// <summary>The one place where exceptions become answers.</summary>
internal sealed class ProblemMapping : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested) return true;
        var problem = exception switch
        {
            StorageException storage => Problems.Of(503, storage.Message),
            PipelineException pipeline => Problems.Of(503, pipeline.Message),
            BadHttpRequestException { StatusCode: 413 } => Problems.Of(413, RequestBody.TooLarge, ""),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, bad.Message),
            _ => Problems.Of(500, "something went wrong here that should not; the log of the service says what"),
        };
        if (exception is StorageException { IsTransient: true } or PipelineException { IsTransient: true }) context.Response.Headers.RetryAfter = "5";
        await problem.ExecuteAsync(context);
        return true;
    }
}
