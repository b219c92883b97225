namespace RxCan.Benchmarks;

/// <summary>The cheapest possible source: it calls one observer in a loop.</summary>
internal sealed class Traffic : IObservable<CanFrame>
{
    /// <summary>Frames in one round.</summary>
    public const int Count = 10_000;

    private readonly CanFrame[] _frames = new CanFrame[Count];
    private IObserver<CanFrame>? _observer;

    /// <summary>Creates frames that cycle through a number of identifiers from 0x100 up, 100 us apart.</summary>
    public Traffic(int ids, bool fd = false)
    {
        var data = new byte[fd ? CanFrame.MaxFdLength : CanFrame.MaxLength];
        for (var i = 0; i < Count; i++)
        {
            data[0] = (byte)i;
            CanId id = 0x100 + (i % ids);
            _frames[i] = (fd ? CanFrame.Fd(id, data) : new CanFrame(id, data)).WithTimestamp(DateTimeOffset.UnixEpoch.AddMicroseconds(100 * i));
        }
    }

    public ReadOnlySpan<CanFrame> Frames => _frames;

    public IDisposable Subscribe(IObserver<CanFrame> observer)
    {
        _observer = observer;
        return System.Reactive.Disposables.Disposable.Create(this, static traffic => traffic._observer = null);
    }

    public void Play(int first = 0, int count = Count)
    {
        var observer = _observer!;
        foreach (ref readonly var frame in Frames.Slice(first, count))
            observer.OnNext(frame);
    }
}
