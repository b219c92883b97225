namespace RxCan.Virtual;

/// <summary>
/// A controller's frames, first in, first out: the one that it is sending or trying to send, then as many as the queue holds, then those
/// that wait for room. Under the bus's gate.
/// </summary>
internal sealed class TransmitQueue(int length)
{
    private readonly Queue<QueuedFrame> _frames = new();
    private readonly LinkedList<WaitingSend> _waiting = new();

    public bool IsEmpty => _frames.Count == 0;

    public bool IsFull => _frames.Count > length;

    public QueuedFrame First => _frames.Peek();

    public void Add(in QueuedFrame frame) => _frames.Enqueue(frame);

    public void Add(WaitingSend waiting) => _waiting.AddLast(waiting);

    public void RemoveFirst() => _frames.Dequeue();

    /// <summary>Takes out the frame that has waited longest for room, if any.</summary>
    public bool TryTakeWaiting(out WaitingSend waiting)
    {
        waiting = _waiting.First?.Value!;
        if (waiting is null)
            return false;
        _waiting.RemoveFirst();
        return true;
    }

    /// <summary>Takes out one waiting frame; false if it no longer waits.</summary>
    public bool Remove(WaitingSend waiting) => _waiting.Remove(waiting);

    /// <summary>Takes out the waiting frames of one sender.</summary>
    public IEnumerable<WaitingSend> RemoveWaiting(VirtualCanNode sender)
    {
        var gone = _waiting.Where(w => w.Sender == sender).ToArray();
        foreach (var waiting in gone)
            _waiting.Remove(waiting);
        return gone;
    }

    /// <summary>Drops the frames and takes out all waiting ones.</summary>
    public IEnumerable<WaitingSend> Clear()
    {
        _frames.Clear();
        var gone = _waiting.ToArray();
        _waiting.Clear();
        return gone;
    }
}

/// <summary>A frame in a transmit queue, and its number on the bus.</summary>
internal readonly record struct QueuedFrame(CanFrame Frame, VirtualCanNode Sender, long Number);

/// <summary>A frame that waits for room. The task's continuations run where it ends: on the scheduler, so that virtual time waits for them.</summary>
internal sealed class WaitingSend(in CanFrame frame, VirtualCanNode sender) : TaskCompletionSource
{
    public CanFrame Frame { get; } = frame;

    public VirtualCanNode Sender { get; } = sender;
}
