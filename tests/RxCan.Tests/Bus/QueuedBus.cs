using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.Tests.Bus;

/// <summary>A bus with the short transmit queue of a real interface, soon full: each frame takes a given time to send. Null never sends.</summary>
internal sealed class QueuedBus(ICanBus bus, int capacity, TimeSpan? frameTime, bool takesSeveral = false) : ICanBus, IFrameBatchSender
{
    private readonly Queue<CanFrame> _queue = new();
    private readonly Queue<(CanFrame Frame, TaskCompletionSource Done)> _waiting = new();

    public string Name => bus.Name;

    public CanBusOptions Options => bus.Options;

    public IScheduler Scheduler => bus.Scheduler;

    public CanBusState State => bus.State;

    public IObservable<CanBusEvent> Events => bus.Events;

    /// <summary>How often a sender had to wait.</summary>
    public int Waits { get; private set; }

    /// <summary>The largest batch of frames it accepted.</summary>
    public int Together { get; private set; }

    public IObservable<CanFrame> Where(CanFilter filter) => bus.Where(filter);

    public IDisposable Subscribe(IObserver<CanFrame> observer) => bus.Subscribe(observer);

    public void Send(in CanFrame frame)
    {
        if (_queue.Count == capacity)
            throw new CanQueueFullException(Name, "full");
        _queue.Enqueue(frame);
        if (_queue.Count == 1 && frameTime is { } time)
            Scheduler.Schedule(time, Transmit);
    }

    public int TrySend(ReadOnlySpan<CanFrame> frames)
    {
        var count = takesSeveral && _waiting.Count == 0 ? Math.Min(frames.Length, capacity - _queue.Count) : 0;
        foreach (var frame in frames[..count])
            Send(frame);
        Together = Math.Max(Together, count);
        return count;
    }

    public ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default)
    {
        if (_queue.Count < capacity)
        {
            Send(frame);
            return ValueTask.CompletedTask;
        }

        Waits++;
        var done = new TaskCompletionSource();
        _waiting.Enqueue((frame, done));
        if (timeout is { } limit)
            (scheduler ?? Scheduler).Schedule(limit, () => done.TrySetException(new TimeoutException("no room")));
        cancellationToken.Register(() => done.TrySetCanceled(cancellationToken));
        return new(done.Task);
    }

    public void Dispose() => bus.Dispose();

    private void Transmit()
    {
        bus.Send(_queue.Dequeue());
        if (_queue.Count > 0)
            Scheduler.Schedule(frameTime!.Value, Transmit);
        while (_waiting.TryDequeue(out var next))
        {
            if (next.Done.Task.IsCompleted)
                continue;
            Send(next.Frame);
            next.Done.SetResult();
            break;
        }
    }
}
