using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Logs;

namespace RxCan.Monitor;

/// <summary>A log as a bus that only receives. Unlike a replay, it is not over at the end of the log: it can be played again.</summary>
internal sealed class LogPlayer : ICanBus
{
    private readonly Lock _gate = new();
    private readonly Subject<CanFrame> _frames = new();
    private readonly Subject<CanBusEvent> _events = new();
    private readonly SerialDisposable _playing = new();
    private readonly IDisposable _measuring;
    private ICanReplay _replay;
    private bool _hasEnded;
    private DateTimeOffset _last; // of the frames that were played
    private long _length = -1;
    private bool _isDisposed;

    /// <summary>Opens a log; <see cref="Start"/> plays it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What pages call it.</param>
    /// <param name="scheduler">Its clock; it also reads how long the log is.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="CanLogException">The file is no log.</exception>
    public LogPlayer(string path, string name, IScheduler scheduler)
    {
        (Path, Name, Scheduler) = (path, name, scheduler);
        _replay = CanLog.Replay(path, scheduler);
        Beginning = _last = _replay.Beginning;
        var longest = Beginning;
        _measuring = CanLog.Read(path, scheduler: scheduler).Subscribe(
            frame => longest = frame.Timestamp > longest ? frame.Timestamp : longest,
            _ => Volatile.Write(ref _length, (longest - Beginning).Ticks), // up to the damage
            () => Volatile.Write(ref _length, (longest - Beginning).Ticks));
    }

    public string Name { get; }

    /// <summary>The file, which events name.</summary>
    public string Path { get; }

    public CanBusOptions Options => _replay.Options;

    public IScheduler Scheduler { get; }

    public IObservable<CanBusEvent> Events => _events;

    public CanBusState State => new(CanLinkState.Up, null);

    /// <summary>The time of the first frame.</summary>
    public DateTimeOffset Beginning { get; }

    /// <summary>From the first frame to the last one; null until the log has been read.</summary>
    public TimeSpan? Length => Volatile.Read(ref _length) is >= 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>How far it is, from <see cref="Beginning"/>.</summary>
    public TimeSpan Position
    {
        get
        {
            lock (_gate)
                return _hasEnded ? _last - Beginning : _replay.Position;
        }
    }

    /// <summary>Whether it stands still, paused or at its end.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_gate)
                return _hasEnded || _replay.IsPaused;
        }
    }

    /// <summary>Whether it was played to its end.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
                return _hasEnded;
        }
    }

    /// <summary>Why it ended before the end of the log; null if it did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The log's time to real time; may be infinite.</summary>
    public double Speed
    {
        get => _replay.Speed;
        set
        {
            lock (_gate)
                _replay.Speed = value;
        }
    }

    /// <summary>Called before the first frame after a seek.</summary>
    public event Action? Jumped;

    /// <summary>Plays, once all have subscribed.</summary>
    public void Start()
    {
        lock (_gate)
            Play();
    }

    /// <summary>Pauses, goes on, or begins again after the end.</summary>
    public void TogglePause()
    {
        lock (_gate)
        {
            if (_hasEnded)
                Seek(TimeSpan.Zero);
            else if (_replay.IsPaused)
                _replay.Resume();
            else
                _replay.Pause();
        }
    }

    /// <summary>Goes to a position. A log that had ended plays.</summary>
    /// <exception cref="IOException">The file is no longer there.</exception>
    /// <exception cref="CanLogException">The file is no longer a log.</exception>
    public void Seek(TimeSpan position)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            var (speed, isPaused) = (_replay.Speed, !_hasEnded && _replay.IsPaused);
            var replay = CanLog.Replay(Path, Scheduler, new() { IsPaused = isPaused }, speed); // no frame of before comes late
            replay.Seek(position);
            (_replay, _hasEnded, Trouble, _last) = (replay, false, null, Beginning + position);
            Jumped?.Invoke();
            Play();
        }
    }

    public IDisposable Subscribe(IObserver<CanFrame> observer) => _frames.Subscribe(observer);

    public IObservable<CanFrame> Where(CanFilter filter) => _frames.Where(frame => filter.Matches(frame));

    public void Send(in CanFrame frame) => throw NotSending();

    public ValueTask SendAsync(CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default) =>
        ValueTask.FromException(NotSending());

    /// <summary>Why nothing can be sent.</summary>
    public static string WhyNot(string name) => $"{name} is a log: nothing can be sent to it. Name an interface too, such as rxcan-monitor can0 {name}.";

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _playing.Dispose();
            _replay.Dispose();
        }

        _measuring.Dispose();
    }

    private CanNotSupportedException NotSending() => new(Name, WhyNot(Name));

    /// <summary>Subscribes to the current replay, under the gate; what an earlier one still delivers waits for it, and is then left out.</summary>
    private void Play()
    {
        var replay = _replay;
        _playing.Disposable = new CompositeDisposable(
            replay.Events.Subscribe(happened => Pass(replay, () => _events.OnNext(happened))),
            replay.Subscribe(
                frame =>
                {
                    lock (_gate)
                    {
                        if (_replay != replay || _isDisposed)
                            return;
                        _last = frame.Timestamp > _last ? frame.Timestamp : _last;
                        _frames.OnNext(frame);
                    }
                },
                error => Pass(replay, () => (_hasEnded, Trouble) = (true, error.Message)),
                () => Pass(replay, () => _hasEnded = true)),
            replay);
    }

    private void Pass(ICanReplay replay, Action action)
    {
        lock (_gate)
        {
            if (_replay == replay && !_isDisposed)
                action();
        }
    }
}
