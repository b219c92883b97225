namespace RxCan.Logs.Recording;

/// <summary>The last frames of a stream: those of a time before the newest one, and at most a number of them.</summary>
internal sealed class FrameRing(TimeSpan window, int capacity)
{
    private CanFrame[] _frames = new CanFrame[Math.Min(capacity, 1024)];
    private int _head;

    public int Count { get; private set; }

    /// <summary>A frame by age, the oldest first.</summary>
    public ref readonly CanFrame this[int index]
    {
        get
        {
            var i = _head + index;
            return ref _frames[i < _frames.Length ? i : i - _frames.Length];
        }
    }

    public void Add(in CanFrame frame)
    {
        var oldest = frame.Timestamp.UtcTicks - window.Ticks;
        while (Count > 0 && (Count == capacity || this[0].Timestamp.UtcTicks < oldest))
        {
            _head = _head + 1 < _frames.Length ? _head + 1 : 0;
            Count--;
        }

        if (Count == _frames.Length)
            Grow();
        var tail = _head + Count++;
        _frames[tail < _frames.Length ? tail : tail - _frames.Length] = frame;
    }

    private void Grow()
    {
        var larger = new CanFrame[(int)Math.Min(capacity, 2L * Count)];
        for (var i = 0; i < Count; i++)
            larger[i] = this[i];
        (_frames, _head) = (larger, 0);
    }
}
