using System.Collections.Immutable;
using System.Reactive.Disposables;

namespace RxCan.Monitor;

/// <summary>A cyclic job.</summary>
internal sealed class CyclicJob(CanFrame frame, TimeSpan period)
{
    internal SerialDisposable Subscription { get; } = new();

    public CanFrame Frame { get; } = frame;

    public TimeSpan Period { get; } = period;

    /// <summary>Why it ended by itself; null while it runs.</summary>
    public string? Trouble { get; internal set; }
}

/// <summary>The jobs that pages started. They belong to the bus, not to a page: every page shows all of them, and they outlive it.</summary>
internal sealed class CyclicJobs(ICanBus can) : IDisposable
{
    private ImmutableArray<CyclicJob> _jobs = [];

    public ImmutableArray<CyclicJob> All => _jobs;

    /// <exception cref="ArgumentException">The bus has no such job.</exception>
    public void Start(CanFrame frame, TimeSpan period)
    {
        var sending = can.SendCyclic(frame, period);
        var job = new CyclicJob(frame, period);
        ImmutableInterlocked.Update(ref _jobs, jobs => jobs.Add(job));
        job.Subscription.Disposable = sending.Subscribe(_ => { }, error => job.Trouble = error.Message, () => job.Trouble = "The bus was closed.");
    }

    public void Stop(CyclicJob job)
    {
        ImmutableInterlocked.Update(ref _jobs, jobs => jobs.Remove(job));
        job.Subscription.Dispose();
    }

    public void Dispose()
    {
        foreach (var job in _jobs)
            Stop(job);
    }
}
