using System.Collections.Immutable;
using System.Reactive.Disposables;

namespace RxCan.Monitor;

/// <summary>A row of the transmit list.</summary>
/// <param name="bus">Where it is sent.</param>
/// <param name="text">The frame, as it was typed.</param>
/// <param name="frames">The frame, or one for each count.</param>
/// <param name="period">How often it is sent.</param>
internal sealed class CyclicJob(LiveBus bus, string text, IReadOnlyList<CanFrame> frames, TimeSpan period)
{
    internal SerialDisposable Subscription { get; } = new();

    public LiveBus Bus { get; internal set; } = bus;

    public string Text { get; internal set; } = text;

    public IReadOnlyList<CanFrame> Frames { get; internal set; } = frames;

    public TimeSpan Period { get; internal set; } = period;

    /// <summary>How often it is sent each time that it is switched on; 0 for no limit.</summary>
    public int Count { get; internal set; }

    /// <summary>The name of the bus for which it was made, which may not be here.</summary>
    public string BusName { get; internal set; } = bus.Name;

    /// <summary>Whether it is being sent.</summary>
    public bool IsOn { get; internal set; }

    /// <summary>Why it ended by itself; null if it did not.</summary>
    public string? Trouble { get; internal set; }
}

/// <summary>
/// What pages send. Jobs belong to a bus, not to a page: every page shows all of them, and they outlive it. A monitor that may only read
/// refuses to send.
/// </summary>
internal sealed class CyclicJobs(LiveBuses buses, MonitorOptions options) : IDisposable
{
    private ImmutableArray<CyclicJob> _jobs = [];

    public ImmutableArray<CyclicJob> All => _jobs;

    /// <summary>Adds a row, and sends it.</summary>
    /// <exception cref="ArgumentException">The bus has no such job.</exception>
    /// <exception cref="InvalidOperationException">This monitor may only read, or the bus is a log.</exception>
    public void Start(LiveBus bus, string text, IReadOnlyList<CanFrame> frames, TimeSpan period, int count = 0)
    {
        var job = new CyclicJob(bus, text, frames, period) { Count = count };
        Send(job);
        ImmutableInterlocked.Update(ref _jobs, jobs => jobs.Add(job));
        TellBus();
    }

    /// <summary>Begins or ends to send a row.</summary>
    /// <exception cref="InvalidOperationException">This monitor may only read, or the bus is a log.</exception>
    public void Switch(CyclicJob job, bool isOn)
    {
        if (isOn)
        {
            Send(job);
        }
        else
        {
            job.IsOn = false;
            job.Trouble = null;
            job.Subscription.Disposable = Disposable.Empty;
        }

        TellBus();
    }

    /// <summary>Replaces what a row sends.</summary>
    /// <exception cref="ArgumentException">The bus has no such job.</exception>
    public void Change(CyclicJob job, LiveBus bus, string text, IReadOnlyList<CanFrame> frames, TimeSpan period, int count)
    {
        ThrowUnlessSending(bus);
        (job.Bus, job.BusName, job.Text, job.Frames, job.Period, job.Count) = (bus, bus.Name, text, frames, period, count);
        if (job.IsOn)
            Send(job);
        TellBus();
    }

    public void Remove(CyclicJob job)
    {
        ImmutableInterlocked.Update(ref _jobs, jobs => jobs.Remove(job));
        job.IsOn = false;
        job.Subscription.Dispose();
        TellBus();
    }

    /// <summary>Replaces all rows.</summary>
    public void Replace(ImmutableArray<CyclicJob> jobs)
    {
        foreach (var job in _jobs)
            Remove(job);
        _jobs = jobs;
    }

    /// <summary>Ends to send. The rows stay.</summary>
    public void StopAll()
    {
        foreach (var job in _jobs)
            Switch(job, isOn: false);
    }

    /// <exception cref="CanBusException">The frame cannot be sent.</exception>
    /// <exception cref="InvalidOperationException">This monitor may only read, or the bus is a log.</exception>
    public void SendOnce(LiveBus bus, CanFrame frame)
    {
        ThrowUnlessSending(bus);
        bus.Can.Send(frame);
    }

    public void Dispose()
    {
        foreach (var job in _jobs)
            job.Subscription.Dispose();
    }

    private void Send(CyclicJob job)
    {
        ThrowUnlessSending(job.Bus);
        var sending = job.Bus.Can.SendCyclic(job.Frames, job.Period, new() { Count = job.Count });
        (job.IsOn, job.Trouble) = (true, null);
        job.Subscription.Disposable = Disposable.Empty; // the bus has one job for an identifier
        job.Subscription.Disposable = sending.Subscribe(_ => { }, error => End(job, error.Message), () => End(job, job.Count > 0 ? null : "The bus was closed."));
    }

    private void ThrowUnlessSending(LiveBus bus)
    {
        options.ThrowIfReadOnly();
        if (bus.Log is not null)
            throw new InvalidOperationException(LogPlayer.WhyNot(bus.Name));
    }

    private static void End(CyclicJob job, string? why) => (job.IsOn, job.Trouble) = (false, why);

    private void TellBus()
    {
        foreach (var bus in buses.All)
            bus.SetSending(_jobs.Where(job => job.IsOn && job.Bus == bus).SelectMany(job => job.Frames));
    }
}
