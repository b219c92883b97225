using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;
using RxCan.Logs.Formats;

namespace RxCan.Logs.Replay;

/// <summary>Plays a log. One action of the scheduler at a time reads and delivers; users' calls only change the clock, and wake it.</summary>
internal sealed class CanReplayBus : CanBusBase, ICanReplay
{
    private const int MaxFramesPerAction = 1_000; // then the scheduler does what else is due
    private const int MaxSkippedPerAction = 100_000;

    private readonly Lock _gate = new(); // taken after the bus's; not held while observers run
    private readonly CanReplayOptions _options;
    private readonly LogSource _source;
    private readonly ReplayClock _clock;
    private readonly DueTimer _timer;
    private CanConnection? _connection; // null: nobody has subscribed
    private CanConnection? _ended;
    private bool _isPaused;
    private bool _isActing;
    private bool _isClosed;
    private long? _seek; // where the log is not yet, but the clock is

    // Of the action:
    private CanFrame _next;
    private bool _hasNext;
    private long _latestRead = long.MinValue; // of the stamps before it
    private Exception? _damage; // after what was read
    private int _round = 1;

    public CanReplayBus(string name, Func<ILogReader> open, IScheduler scheduler, CanReplayOptions options, double speed)
        : base(name, options.Bus, scheduler)
    {
        _options = options;
        _isPaused = options.IsPaused;
        _source = new(open, options.Interfaces);
        _clock = new(speed, options.MaxGap);
        _timer = new(scheduler, OnTimer, new()); // frames of a dense log are too close for a change of threads before each
        Read();
        if (!_hasNext)
            return;
        Beginning = _next.Timestamp;
        _clock.Seek(Stamp(_next), TimeSpan.Zero);
    }

    public DateTimeOffset Beginning { get; }

    public bool IsPaused
    {
        get
        {
            lock (_gate)
                return _isPaused;
        }
    }

    public TimeSpan Position
    {
        get
        {
            lock (_gate)
                return TimeSpan.FromTicks(Math.Max(_clock.At(_timer.Now) - Beginning.UtcTicks, 0));
        }
    }

    public double Speed
    {
        get
        {
            lock (_gate)
                return _clock.Speed;
        }

        set
        {
            Checked(value);
            lock (_gate)
            {
                _clock.SetSpeed(value, _timer.Now);
                Wake();
            }
        }
    }

    public static double Checked(double speed) =>
        speed > 0 ? speed : throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed must be positive. Pause the replay to stop it.");

    public void Pause() => SetPaused(true);

    public void Resume() => SetPaused(false);

    public void Seek(TimeSpan position)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(position, TimeSpan.Zero);
        lock (_gate)
        {
            var log = DueTime.After(TimeSpan.FromTicks(Beginning.UtcTicks), position).Ticks;
            _seek = log;
            _clock.Seek(log, _timer.Now);
            Wake();
        }
    }

    public void Seek(DateTimeOffset time) => Seek(time > Beginning ? time - Beginning : TimeSpan.Zero);

    public override void Send(in CanFrame frame) => throw NotSending();

    public override ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default)
    {
        scheduler.Checked();
        return ValueTask.FromException(NotSending());
    }

    protected internal override void Connect(CanConnection connection)
    {
        lock (_gate)
            _connection = connection;
    }

    /// <summary>Everything is read, whoever subscribes: a later subscriber may want what this one does not.</summary>
    protected override void Apply(CanFilter filter, CanErrorClass errors)
    {
    }

    protected override void Started() => Wake();

    protected internal override void Idle(CanConnection connection)
    {
        if (!connection.TryRetire())
            return;
        lock (_gate)
        {
            _connection = null;
            Wake();
        }
    }

    protected internal override void Close(CanConnection? connection)
    {
        lock (_gate)
        {
            (_isClosed, _ended) = (true, connection);
            _clock.Stop(_timer.Now);
            _timer.Dispose();
            if (_isActing)
                return; // then the action does the rest
            _isActing = true;
            _source.Dispose();
        }

        Scheduler.Schedule(this, static (_, bus) =>
        {
            bus.Complete(bus._ended);
            return Disposable.Empty;
        });
    }

    private static long Stamp(in CanFrame frame) => frame.Timestamp.UtcTicks;

    private CanNotSupportedException NotSending() =>
        new(Name, $"{Name}: a replay only receives. To send its frames, open a bus and subscribe to replay.SendTo(bus).");

    private void SetPaused(bool isPaused)
    {
        lock (_gate)
        {
            _isPaused = isPaused;
            Wake();
        }
    }

    /// <summary>Runs or stops the clock, and has the scheduler look at what is due.</summary>
    private void Wake()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            if (_isPaused || _connection is null)
                _clock.Stop(_timer.Now);
            else
                _clock.Start(_timer.Now);
            if (!_isActing)
                _timer.Set(_clock.IsRunning ? TimeSpan.Zero : null);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isActing || _isClosed || !_timer.IsElapsed())
                return;
            _isActing = true;
        }

        for (var left = MaxFramesPerAction; TakeTurn(left, out var connection, out var seek); left--)
        {
            if (seek is { } target)
                SkipTo(target);
            else if (_hasNext)
                Deliver(connection);
            else if (_damage is null && _round != _options.Rounds && Repeat())
                _round = _round < int.MaxValue ? _round + 1 : _round;
            else
                End(connection);
        }
    }

    /// <summary>Whether the action has something to do now; if not, it has ended.</summary>
    private bool TakeTurn(int left, out CanConnection connection, out long? seek)
    {
        lock (_gate)
        {
            (connection, seek) = (_connection!, _seek);
            if (!_isClosed)
            {
                var due = _seek is null && _hasNext ? _clock.Due(Stamp(_next)) : TimeSpan.Zero;
                if (_clock.IsRunning && due <= _timer.Now && left > 0)
                    return true;
                _isActing = false;
                _timer.Set(_clock.IsRunning ? due : null);
                return false;
            }
        }

        _source.Dispose();
        Complete(_ended);
        return false;
    }

    private void Deliver(CanConnection connection)
    {
        connection.Receive(_next);
        Read();
        if (!_hasNext)
            return;
        lock (_gate)
        {
            if (_seek is null)
                _clock.Take(Stamp(_next));
        }
    }

    /// <summary>Reads on, or from the beginning, to the first frame that is not before a time; not all the way in one action.</summary>
    private void SkipTo(long target)
    {
        if (target <= _latestRead)
            Rewind();
        for (var left = MaxSkippedPerAction; _hasNext && Stamp(_next) < target; left--)
        {
            if (left == 0)
                return;
            Read();
        }

        lock (_gate)
        {
            if (_seek != target)
                return;
            _seek = null;
            _clock.Seek(target, _timer.Now);
            if (_hasNext)
                _clock.Take(Stamp(_next));
        }
    }

    /// <summary>Begins the next round; false if the log has no frames.</summary>
    private bool Repeat()
    {
        Rewind();
        if (!_hasNext)
            return false;
        lock (_gate)
            _clock.Repeat(Stamp(_next), _options.RoundGap);
        return true;
    }

    private void End(CanConnection connection)
    {
        if (_damage is not null)
        {
            Report(new CanReceiveFailed(Name, Scheduler.Now, _damage));
            connection.Fail(_damage);
        }

        Dispose();
    }

    private void Rewind()
    {
        (_hasNext, _latestRead, _damage) = (false, long.MinValue, null);
        try
        {
            _source.Rewind();
            Read();
        }
        catch (Exception e)
        {
            _damage = e;
        }
    }

    private void Read()
    {
        if (_hasNext)
            _latestRead = Math.Max(_latestRead, Stamp(_next));
        _hasNext = false;
        try
        {
            while (!_hasNext && _source.Read(out _next))
                _hasNext = !_next.IsFd || Options.Fd;
        }
        catch (Exception e)
        {
            _damage = e;
        }
    }
}
