using RxCan.Bus;

namespace RxCan.Virtual;

/// <summary>The frames that arrive later than they were sent, in order. Under the bus's gate.</summary>
internal sealed class LateFrames(VirtualCanBus bus)
{
    private readonly Queue<(TimeSpan Due, VirtualCanNode Sender, CanFrame Frame)> _waiting = new();
    private TimeSpan _lastDue;

    public bool IsEmpty => _waiting.Count == 0;

    private DueTimer Timer => field ??= new(bus.Scheduler, Wake);

    public void Add(VirtualCanNode sender, in CanFrame frame, TimeSpan delay)
    {
        var due = DueTime.After(Timer.Now, delay);
        _lastDue = due > _lastDue ? due : _lastDue;
        _waiting.Enqueue((_lastDue, sender, frame));
        if (_waiting.Count == 1)
            Timer.Set(_lastDue);
    }

    public void Clear()
    {
        if (IsEmpty)
            return;
        _waiting.Clear();
        Timer.Set(null);
    }

    private void Wake()
    {
        lock (bus.Gate)
        {
            if (!Timer.IsElapsed())
                return;
            while (_waiting.TryPeek(out var next) && next.Due <= Timer.Now)
            {
                bus.Deliver(next.Sender, next.Frame, bus.Scheduler.Now.UtcTicks, toSender: false, toOthers: true);
                _waiting.Dequeue();
            }

            Timer.Set(IsEmpty ? null : _waiting.Peek().Due);
        }

        bus.Flush();
    }
}
