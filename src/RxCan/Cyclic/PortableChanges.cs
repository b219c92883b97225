using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;

namespace RxCan.Cyclic;

/// <summary>A watch for changed content over a bus's frames, with one timer per identifier if throttled.</summary>
internal sealed class PortableChanges(IScheduler scheduler, ContentWatch watch, IObserver<CanFrame> observer) : IObserver<CanFrame>, IDisposable
{
    private const uint FdKey = CanId.ErrFlag; // never set in the raw id of a data or remote frame

    private readonly Lock _gate = new(); // held while reporting, which keeps the order of frames and timers
    private readonly Dictionary<uint, Watched> _watched = [];
    private readonly CompositeDisposable _timers = [];
    private readonly SingleAssignmentDisposable _frames = new();

    public void Start(ICanBus can) => _frames.Disposable = can.Where(watch.Filter).Subscribe(this);

    public void OnNext(CanFrame value)
    {
        if (value.IsError)
            return;
        lock (_gate)
        {
            var key = value.RawId | (value.IsFd ? FdKey : 0);
            if (!_watched.TryGetValue(key, out var watched))
                _watched.Add(key, watched = Watch());
            if (watched.OnFrame(value))
                observer.OnNext(value);
        }
    }

    public void OnError(Exception error) => End(error);

    public void OnCompleted() => End(null);

    public void Dispose()
    {
        _timers.Dispose();
        _frames.Dispose();
    }

    private Watched Watch()
    {
        var watched = new Watched(_gate, watch, observer);
        if (watch.Options.Throttle > TimeSpan.Zero)
            _timers.Add(watched.Timer = new(scheduler, watched.OnTimer));
        return watched;
    }

    private void End(Exception? error)
    {
        lock (_gate)
        {
            Dispose();
            PortableBroadcastManager.End(observer, error);
        }
    }

    private sealed class Watched(Lock gate, ContentWatch watch, IObserver<CanFrame> observer)
    {
        private readonly WatchedContent _content = new(watch);

        public DueTimer? Timer { get; set; }

        public bool OnFrame(in CanFrame frame)
        {
            if (Timer is null)
                return _content.OnFrame(frame, default);
            var due = _content.Due;
            var report = _content.OnFrame(frame, Timer.Now);
            if (due != _content.Due)
                Timer.Set(_content.Due);
            return report;
        }

        public void OnTimer()
        {
            lock (gate)
            {
                if (!Timer!.IsElapsed())
                    return;
                _content.Flush(Timer.Now, observer);
                Timer.Set(_content.Due);
            }
        }
    }
}
