using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;

namespace RxCan.Virtual;

/// <summary>
/// A wire on which frames take time: one frame at a time, chosen by arbitration among the first frames of the transmit queues, for
/// as many bit times as it has bits.
/// </summary>
/// <remarks>
/// <para>A frame has arrived at the last bit of its end of frame. Three bits later, after the intermission, the next one may start.
/// Everything in a queue by then takes part in the arbitration, such as an answer to the frame that has just arrived.</para>
/// <para>What happens on the wire depends on exact times, not on when the scheduler runs: the first access to the wire
/// brings it up to date. A late scheduler delivers late, but the wire loses no time.</para>
/// </remarks>
internal sealed class TimedWire(VirtualCanBus bus, int bitrate, int? dataBitrate, int queueLength)
{
    private const int ErrorFlagBits = 6 + 8; // error flag and error delimiter (ISO 11898-1:2015, clause 10.4.4)

    private static readonly CanFrameBits Intermission = new(3, 0);
    private static readonly CanFrameBits ErrorFrame = new(ErrorFlagBits, 0);

    private readonly BitClock _clock = new(bitrate, dataBitrate ?? bitrate);
    private readonly PriorityQueue<TransmitQueue, (long Key, long Number)> _contenders = new();
    private readonly List<(WaitingSend Send, Exception? Error)> _over = [];
    private TransmitQueue? _sending; // its first frame is on the wire
    private FrameFate _fate; // of the frame on the wire
    private BitTime _end; // of the frame on the wire
    private BitTime _free; // when the next frame may start
    private long _frames;
    private long _wallClock; // minus the wire's own clock, which nobody sets
    private bool _delivers;

    public int Bitrate => bitrate;

    public int? DataBitrate => dataBitrate;

    private DueTimer Timer => field ??= new(bus.Scheduler, Wake); // under the gate

    private bool IsIdle => _sending is null && _contenders.Count == 0;

    public TransmitQueue NewQueue() => new(queueLength);

    /// <summary>Puts a frame into its sender's transmit queue.</summary>
    /// <exception cref="CanBusException">The frame cannot be sent, or there is no room.</exception>
    public void Send(VirtualCanNode sender, in CanFrame frame)
    {
        if (Offer(sender, frame, waiting: null))
            return;
        throw new CanQueueFullException(
            bus.Name,
            $"{bus.Name}: the transmit queue is full: {queueLength} frames are waiting. SendAsync waits for room; " +
            "transmitQueueLength of VirtualCanBus makes the queue longer.");
    }

    /// <summary>Puts a frame into its sender's transmit queue as soon as there is room.</summary>
    public ValueTask SendAsync(VirtualCanNode sender, in CanFrame frame, TimeSpan? timeout, IScheduler scheduler, CancellationToken cancellationToken)
    {
        var waiting = new WaitingSend(frame, sender);
        return Offer(sender, frame, waiting) ? ValueTask.CompletedTask : new(WaitForRoom(waiting, timeout, scheduler, cancellationToken));
    }

    /// <summary>Brings the wire up to date; <see cref="Follow"/> must come after. Under the gate.</summary>
    public void Advance()
    {
        var now = Now();
        while (true)
        {
            if (_sending is not null)
            {
                if (_end.Ceiling > now)
                    return;
                Finish(_sending);
            }
            else if (_contenders.Count > 0 && _free.Ticks < now)
            {
                // Only now that this instant is over is it certain that no other node begins in it.
                Start(_contenders.Dequeue());
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>The link is gone: drops everything on the wire and in the queues, as the kernel does. Under the gate.</summary>
    public void Clear(Func<CanBusException> reason)
    {
        Advance();
        if (_sending is not null)
            _contenders.Enqueue(_sending, default);
        _sending = null;
        foreach (var (queue, _) in _contenders.UnorderedItems)
            _over.AddRange(queue.Clear().Select(w => (w, (Exception?)reason())));
        _contenders.Clear();
        _free = new(Now());
    }

    /// <summary>A node is disposed: its waiting frames are dropped. What is in its queue is sent, as in the kernel. Under the gate.</summary>
    public void Leave(VirtualCanNode sender) =>
        _over.AddRange(sender.TransmitQueue!.RemoveWaiting(sender).Select(w => (w, (Exception?)Disposed(sender))));

    /// <summary>Follows up a change of the wire: delivers, ends waits, and schedules the next action. Not under the gate.</summary>
    public void Follow()
    {
        (WaitingSend, Exception?)[] over;
        bool delivers;
        lock (bus.Gate)
        {
            over = [.. _over];
            _over.Clear();
            delivers = _delivers;
            _delivers = false;
            Timer.Set(IsIdle ? null : new(_sending is null ? _free.Ticks + 1 : _end.Ceiling));
        }

        if (delivers)
            bus.Flush();
        foreach (var end in over)
            bus.Scheduler.Schedule(end, static (_, end) => End(end.Item1, end.Item2));
    }

    private static IDisposable End(WaitingSend send, Exception? error)
    {
        if (error is null)
            send.TrySetResult();
        else
            send.TrySetException(error);
        return Disposable.Empty;
    }

    private static ObjectDisposedException Disposed(VirtualCanNode sender) => new(sender.GetType().FullName);

    private void Wake()
    {
        lock (bus.Gate)
        {
            if (!Timer.IsElapsed())
                return;
            Advance();
        }

        Follow();
    }

    /// <summary>The time on the wire's clock. Time stamps follow a wall clock that is set; until then, a busy wire's are as exact as its bits.</summary>
    private long Now()
    {
        var now = Timer.Now.Ticks;
        var wallClock = bus.Scheduler.Now.UtcTicks - now;
        if (IsIdle || Math.Abs(wallClock - _wallClock) > TimeSpan.TicksPerSecond)
            _wallClock = wallClock;
        return now;
    }

    /// <summary>Takes a frame if there is room; otherwise makes it wait, if allowed.</summary>
    private bool Offer(VirtualCanNode sender, in CanFrame frame, WaitingSend? waiting)
    {
        if (frame.IsFd && dataBitrate is null)
        {
            throw new CanNotSupportedException(
                bus.Name, $"{bus.Name}: a classic CAN bus cannot send {frame}. Give VirtualCanBus a dataBitrate.");
        }

        bool isTaken;
        lock (bus.Gate)
        {
            bus.ThrowUnlessUp();
            ObjectDisposedException.ThrowIf(sender.IsDisposed, sender);
            Advance();
            var queue = sender.TransmitQueue!;
            isTaken = !queue.IsFull;
            if (isTaken)
                Add(queue, frame, sender);
            else if (waiting is not null)
                queue.Add(waiting);
        }

        Follow();
        return isTaken;
    }

    private void Add(TransmitQueue queue, in CanFrame frame, VirtualCanNode sender)
    {
        queue.Add(new QueuedFrame(frame, sender, ++_frames));
        if (queue.First.Number != _frames)
            return;
        if (IsIdle && Now() is var now && _free.Ceiling <= now)
            _free = new(now);
        Contend(queue);
    }

    private void Contend(TransmitQueue queue)
    {
        var first = queue.First;
        _contenders.Enqueue(queue, (Arbitration.Key(first.Frame), first.Number));
    }

    private void Start(TransmitQueue winner)
    {
        var frame = winner.First.Frame;
        _sending = winner;
        _fate = bus.FateOf(frame);
        var bits = frame.IsError ? ErrorFrame : BitsToEndOfFrame(frame);
        if (_fate.DestroyedAt is { } part)
            bits = new((int)(bits.Nominal * part) + 1 + ErrorFlagBits, (int)(bits.Data * part));
        _end = _clock.Add(_free, bits);
    }

    private void Finish(TransmitQueue queue)
    {
        var sent = queue.First;
        var ticks = _wallClock + _end.Ceiling;
        if (_fate.DestroyedAt is not null)
            bus.BroadcastError(ticks);
        else
            bus.Broadcast(sent.Sender, sent.Frame, ticks, _fate);
        _delivers = true;
        _free = _clock.Add(_end, Intermission);
        _sending = null;
        if (_fate.DestroyedAt is not null || _fate.IsDoubled)
        {
            Contend(queue); // with the same frame
            return;
        }

        queue.RemoveFirst();
        if (queue.TryTakeWaiting(out var waiting))
        {
            queue.Add(new QueuedFrame(waiting.Frame, waiting.Sender, ++_frames));
            _over.Add((waiting, null));
        }

        if (!queue.IsEmpty)
            Contend(queue);
    }

    private static CanFrameBits BitsToEndOfFrame(in CanFrame frame)
    {
        var bits = CanFrameBits.Of(frame);
        return bits with { Nominal = bits.Nominal - Intermission.Nominal };
    }

    private async Task WaitForRoom(WaitingSend waiting, TimeSpan? timeout, IScheduler scheduler, CancellationToken cancellationToken)
    {
        using var deadline = DueTimer.After(scheduler, timeout, () =>
        {
            if (GiveUp(waiting))
            {
                waiting.TrySetException(new TimeoutException(
                    $"{bus.Name}: the transmit queue had no room for {waiting.Frame} within {timeout!.Value.TotalMilliseconds} ms."));
            }
        });
        using var cancelled = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (GiveUp(waiting))
                    waiting.TrySetCanceled(token);
            },
            null);
        await waiting.Task.ConfigureAwait(false);
    }

    private bool GiveUp(WaitingSend waiting)
    {
        lock (bus.Gate)
            return waiting.Sender.TransmitQueue!.Remove(waiting);
    }
}
