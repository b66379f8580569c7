using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Escalation.Core.Derived;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Escalation.Rules.Functions;

/// <summary>What calls of a script function cost so far.</summary>
/// <param name="Name">The function.</param>
/// <param name="Calls">Calls made; one a message, however many rules ask.</param>
/// <param name="Errors">Calls that failed.</param>
/// <param name="Unavailable">Calls that read an unknown fact.</param>
/// <param name="MeanMicroseconds">Wall clock a call; NaN before the first.</param>
public sealed record ScriptStatistic(string Name, long Calls, long Errors, long Unavailable, double MeanMicroseconds);

/// <summary>A script function of one snapshot: prepared once, run on pooled engines, asked at most once a message and thread.</summary>
/// <remarks>Safe to share between threads; an engine serves one of them at a time.</remarks>
internal sealed class ScriptFunction(ScriptDefinition definition, ScriptInput input)
{
    [ThreadStatic] private static Remembered? remembered;

    private readonly Lazy<Prepared<Acornima.Ast.Script>> prepared = new(() => definition.Prepare(input.Roots));
    private readonly ConcurrentBag<Worker> idle = [];
    private long calls;
    private long errors;
    private long unavailable;
    private long ticks;

    /// <summary>What was checked.</summary>
    public ScriptDefinition Definition => definition;

    /// <summary>Calls and cost so far.</summary>
    public ScriptStatistic Statistic => new(definition.Name, calls, errors, unavailable, calls == 0 ? double.NaN : Stopwatch.GetElapsedTime(0, ticks).TotalMicroseconds / calls);

    /// <summary>The answer as true or false.</summary>
    /// <exception cref="ScriptException">It failed, or said something else.</exception>
    /// <exception cref="FactUnavailableException">It read an unknown fact.</exception>
    public bool Holds(DerivedFacts facts) => Ask(facts) is bool answer ? answer : throw new ScriptException($"{definition.File}: it returned no true or false; use script.Number(\"{definition.Name}\") for numbers");

    /// <summary>The answer as a number.</summary>
    /// <exception cref="ScriptException">It failed, or said something else.</exception>
    /// <exception cref="FactUnavailableException">It read an unknown fact.</exception>
    public double Number(DerivedFacts facts) => Ask(facts) is double answer ? answer : throw new ScriptException($"{definition.File}: it returned no number");

    private object Ask(DerivedFacts facts)
    {
        var memory = remembered ??= new Remembered();
        if (!memory.Facts.TryGetTarget(out var last) || !ReferenceEquals(last, facts)) memory.Forget(facts);
        if (!memory.Answers.TryGetValue(this, out var answer)) memory.Answers.Add(this, answer = Measured(facts));
        return answer is Exception failure ? throw (failure is FactUnavailableException unknown ? new FactUnavailableException(unknown.Fact) : new ScriptException(failure.Message, failure)) : answer;
    }

    private object Measured(DerivedFacts facts)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = Run(facts, again: true);
        Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
        Interlocked.Increment(ref calls);
        if (answer is FactUnavailableException) Interlocked.Increment(ref unavailable);
        else if (answer is Exception) Interlocked.Increment(ref errors);
        return answer;
    }

    private object Run(DerivedFacts facts, bool again)
    {
        try
        {
            if (!idle.TryTake(out var worker)) worker = Worker.Of(prepared.Value);
            var value = worker.Engine.Call(worker.Function, JsValue.Undefined, input.Of(worker.Engine, facts));
            idle.Add(worker);
            return value.IsBoolean() ? value.AsBoolean() : value.IsNumber() && double.IsFinite(value.AsNumber()) ? value.AsNumber()
                : new ScriptException($"{definition.File}: it returned {Describe(value)}; return true, false or a number");
        }
        catch (FactUnavailableException exception)
        {
            return exception;
        }
        catch (TimeoutException exception)
        {
            // The wall clock says more of the machine than of the script: once is no proof.
            return again ? Run(facts, again: false) : new ScriptException($"{definition.File}: it took too long ({(exception is RegexMatchTimeoutException ? $"{ScriptLimits.RegexMilliseconds} ms a regular expression" : $"{ScriptLimits.Milliseconds} ms a call")})");
        }
        catch (JavaScriptException exception)
        {
            // The source begins in line 2 of what was prepared.
            return new ScriptException(string.Create(CultureInfo.InvariantCulture, $"{definition.File}({Math.Max(1, exception.Location.Start.Line - 1)},{exception.Location.Start.Column + 1}): {exception.Message}"));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new ScriptException($"{definition.File}: {exception.Message}");
        }
    }

    private static string Describe(JsValue value) => value.IsUndefined() ? "nothing" : value.IsNull() ? "null" : value.IsNumber() ? "a number that is none" : value.IsString() ? "a text" : "an object";

    /// <summary>An engine with the function in it; one that failed in a call is thrown away.</summary>
    private sealed record Worker(Engine Engine, JsValue Function)
    {
        public static Worker Of(Prepared<Acornima.Ast.Script> script)
        {
            var engine = ScriptSandbox.Create();
            return new Worker(engine, engine.Evaluate(script));
        }
    }

    /// <summary>The answers for the message that a thread works on.</summary>
    private sealed class Remembered
    {
        public WeakReference<DerivedFacts> Facts { get; } = new(null!);

        public Dictionary<ScriptFunction, object> Answers { get; } = [];

        public void Forget(DerivedFacts facts)
        {
            Facts.SetTarget(facts);
            Answers.Clear();
        }
    }
}
