namespace Escalation.History.Reading;

/// <summary>Work that is done ahead on another thread or, where none has begun it, by the thread that needs its result: neither waits for the other.</summary>
/// <remarks><see cref="Take"/> is called once, by one thread.</remarks>
public sealed class Ahead<T>
{
    private readonly Func<T> work;
    private readonly Task<T>? task;
    private int isTaken;

    /// <summary>Has some work done ahead.</summary>
    /// <param name="work">The work; runs once.</param>
    /// <param name="elsewhere">Whether another thread may do it; else it is done when its result is taken.</param>
    public Ahead(Func<T> work, bool elsewhere)
    {
        this.work = work;
        if (elsewhere) task = Task.Run(() => Begins() ? this.work() : default!);
    }

    /// <summary>The result. What the work threw is thrown here.</summary>
    public T Take() => Begins() ? work() : task!.GetAwaiter().GetResult();

    /// <summary>Lets go of what nobody will take: work that has not begun never does, and what it throws is nobody's.</summary>
    public void Drop()
    {
        if (!Begins()) task!.ContinueWith(static t => t.Exception, TaskScheduler.Default);
    }

    private bool Begins() => Interlocked.Exchange(ref isTaken, 1) == 0;
}
