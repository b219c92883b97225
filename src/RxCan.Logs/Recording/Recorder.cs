using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;

namespace RxCan.Logs.Recording;

/// <summary>
/// One recording: what delivers the frames only queues them. In real time a thread of its own writes them, in batches; on a scheduler without
/// long-running operations, such as a virtual one, its actions do.
/// </summary>
internal sealed class Recorder : IObserver<CanFrame>, IDisposable
{
    private const int MaxBatch = 1024;

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new(); // a monitor, because the thread waits on it
    private readonly IScheduler _scheduler;
    private readonly int _capacity;
    private readonly int _batch; // so many do not linger
    private readonly IRecordingSink _sink;
    private readonly IObserver<CanRecordingEvent> _observer;
    private readonly CompositeDisposable _sources = [];
    private readonly DueTimer _timer;
    private readonly bool _hasThread;
    private Thread? _thread;
    private CanFrame[] _waiting = [];
    private CanFrame[] _writing = [];
    private int _count; // of those waiting
    private List<int> _triggers = []; // after how many of those waiting
    private List<int> _fired = [];
    private long _dropped;
    private long _totalDropped;
    private bool _isActing;
    private bool _hasBegun;
    private bool _isOver; // nothing more is queued
    private bool _hasEnded;
    private volatile bool _isMuted;
    private Exception? _error; // the source's

    public Recorder(
        IScheduler scheduler, CanRecordingOptions options, Func<Action<CanRecordingEvent>, IRecordingSink> sink, IObserver<CanRecordingEvent> observer)
    {
        _scheduler = scheduler;
        _capacity = options.QueueSize;
        _batch = Math.Clamp(_capacity / 2, 1, MaxBatch);
        _observer = observer;
        _sink = sink(Tell);
        _timer = new(scheduler, OnTimer);
        _hasThread = scheduler.AsLongRunning() is not null;
    }

    /// <summary>Begins to record.</summary>
    /// <typeparam name="T">The type of the trigger's values.</typeparam>
    /// <param name="frames">The frames.</param>
    /// <param name="trigger">Fires triggers; null for none.</param>
    public void Start<T>(IObservable<CanFrame> frames, IObservable<T>? trigger)
    {
        if (_scheduler.AsLongRunning() is { } longRunning)
        {
            longRunning.ScheduleLongRunning(this, static (recorder, _) => recorder.Run());
        }
        else
        {
            lock (_gate)
                Wake();
        }

        _sources.Add(frames.SubscribeSafe(this));
        if (trigger is not null)
            _sources.Add(trigger.SubscribeSafe(Observer.Create<T>(_ => OnTrigger(), OnError, static () => { })));
    }

    public void OnNext(CanFrame value)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            if (_count == _capacity)
            {
                _dropped++;
                return;
            }

            if (_count == _waiting.Length)
                Array.Resize(ref _waiting, (int)Math.Min(_capacity, Math.Max(2L * _count, MaxBatch)));
            _waiting[_count++] = value.Timestamp == default ? value.WithTimestamp(_scheduler.Now) : value;
            if (_count == 1 || _count == _batch)
                Wake();
        }
    }

    public void OnCompleted() => Over(null);

    public void OnError(Exception error) => Over(error);

    /// <summary>Records no more. What was queued is still written, and the process waits for that.</summary>
    public void Dispose()
    {
        _isMuted = true;
        Over(null);
        _sources.Dispose();
    }

    private void OnTrigger()
    {
        lock (_gate)
        {
            if (_isOver || (_triggers.Count > 0 && _triggers[^1] == _count))
                return;
            _triggers.Add(_count);
            Wake();
        }
    }

    private void Over(Exception? error)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            (_isOver, _error) = (true, error);
            if (_thread is not null)
                _thread.IsBackground = false;
            Wake();
        }
    }

    private void Tell(CanRecordingEvent happened)
    {
        try
        {
            if (!_isMuted)
                _observer.OnNext(happened);
        }
        catch (Exception failure)
        {
            Unhandled.Throw(failure);
            Dispose(); // as Rx detaches an observer that throws
        }
    }

    /// <summary>Has the thread or the scheduler act. Under the gate.</summary>
    private void Wake()
    {
        if (_hasThread)
            Monitor.Pulse(_gate);
        else if (!_isActing && !_hasEnded)
            _timer.Set(TimeSpan.Zero);
    }

    private void Run()
    {
        lock (_gate)
        {
            _thread = Thread.CurrentThread;
            _thread.IsBackground = !_isOver;
        }

        while (Act())
            Wait();
    }

    /// <summary>Waits for enough frames, for a trigger or the end, or until something is due.</summary>
    private void Wait()
    {
        var lingering = DueTime.Never;
        lock (_gate)
        {
            while (!_isOver && _triggers.Count == 0 && _count < _batch)
            {
                var now = _timer.Now;
                if (_count > 0 && lingering == DueTime.Never)
                    lingering = now + Linger;
                var due = _sink.Due < lingering ? _sink.Due : lingering;
                if (due <= now)
                    return;
                Monitor.Wait(_gate, due - now < TimeSpan.FromDays(1) ? (int)Math.Ceiling((due - now).TotalMilliseconds) : Timeout.Infinite);
            }
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isActing || _hasEnded || !_timer.IsElapsed())
                return;
            _isActing = true;
        }

        var goesOn = Act();
        lock (_gate)
        {
            _isActing = false;
            _timer.Set(!goesOn ? null : _count > 0 || _triggers.Count > 0 || _isOver ? TimeSpan.Zero : _sink.Due);
        }
    }

    /// <summary>Writes what is waiting, and does what is due; false once it has ended.</summary>
    private bool Act()
    {
        int count;
        long dropped;
        bool isOver;
        lock (_gate)
        {
            (_writing, _waiting) = (_waiting, _writing);
            (_fired, _triggers) = (_triggers, _fired);
            (count, dropped, isOver) = (_count, _dropped, _isOver);
            (_count, _dropped) = (0, 0);
        }

        try
        {
            if (!_hasBegun)
                _sink.Begin();
            _hasBegun = true;
            Write(count);
            _totalDropped += dropped;
            if (dropped > 0)
                Tell(new CanRecordingDropped(dropped, _totalDropped));
            if (isOver)
                _sink.End();
            else
                _sink.Act(_timer.Now);
        }
        catch (Exception e)
        {
            _sink.Abandon();
            End(e);
            return false;
        }

        if (isOver)
            End(_error);
        return !isOver;
    }

    private void Write(int count)
    {
        var now = _timer.Now;
        var written = 0;
        foreach (var position in _fired)
        {
            for (; written < position; written++)
                _sink.Write(_writing[written], now);
            _sink.Trigger(now);
        }

        for (; written < count; written++)
            _sink.Write(_writing[written], now);
        _fired.Clear();
    }

    private void End(Exception? error)
    {
        lock (_gate)
        {
            (_isOver, _hasEnded, _count) = (true, true, 0);
            (_waiting, _writing) = ([], []);
        }

        _timer.Dispose();
        _sources.Dispose();
        if (_isMuted)
            return;
        if (error is null)
            _observer.OnCompleted();
        else
            _observer.OnError(error);
    }
}
