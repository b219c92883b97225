using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Mqtt.Transport;

/// <summary>What a line tells its owner, one call at a time, in the line's queue.</summary>
internal interface IMqttLineOwner
{
    void Connected(IMqttConnection connection);

    /// <summary>The connection is gone, or an attempt to make one failed.</summary>
    void Disconnected(Exception reason);

    void Published(long token);

    void Received(in MqttDelivery delivery);
}

/// <summary>
/// A connection that is made again whenever it breaks, or acknowledges nothing for too long, after pauses that double. All its time is the scheduler's.
/// </summary>
internal sealed class MqttLine(IMqttTransport transport, MqttHello hello, MqttLink link, IScheduler scheduler, SerialQueue queue, IMqttLineOwner owner) : IDisposable
{
    private const int MaxDoublings = 20;

    private readonly SerialDisposable _timer = new(); // of the attempt, of the pause before it, or for acknowledgements
    private readonly IStopwatch _clock = scheduler.StartStopwatch();
    private Attempt? _attempt;
    private int _failures;
    private bool _isDisposed;

    public void Start() => queue.Post(Begin);

    /// <summary>Ends the line in order. In the queue.</summary>
    public void Close()
    {
        if (_attempt is not { IsConnected: true } attempt)
        {
            Dispose();
            return;
        }

        (_isDisposed, _attempt) = (true, null);
        _timer.Dispose();
        attempt.Close();
    }

    /// <summary>Cuts the line off. In the queue.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
        _attempt?.Dispose();
        _attempt = null;
    }

    private void Begin()
    {
        if (_isDisposed)
            return;
        var attempt = new Attempt(this);
        _attempt = attempt;
        _timer.Disposable = scheduler.Schedule(link.Patience, () => queue.Post(() =>
        {
            if (!attempt.IsConnected)
                End(attempt, new TimeoutException($"{link}: no answer. Check that the broker runs and that its port is open."));
        }));
        try
        {
            attempt.Connection = transport.Connect(hello, attempt);
        }
        catch (Exception e)
        {
            End(attempt, e);
        }
    }

    private void Connect(Attempt attempt)
    {
        if (attempt != _attempt)
            return;
        attempt.IsConnected = true;
        _timer.Disposable = Disposable.Empty;
        owner.Connected(attempt);
    }

    /// <summary>A connection on which nothing is acknowledged is half open: it is given up.</summary>
    private void Watch(Attempt attempt)
    {
        if (attempt != _attempt)
            return;
        attempt.IsWatched = attempt.UnderWay > 0;
        if (!attempt.IsWatched)
            return;
        var left = attempt.LastProgress + link.Patience - _clock.Elapsed;
        if (left > TimeSpan.Zero)
            _timer.Disposable = scheduler.Schedule(left, () => queue.Post(() => Watch(attempt)));
        else
            End(attempt, new TimeoutException($"{link}: the broker acknowledges nothing. The connection is made again."));
    }

    private void End(Attempt attempt, Exception reason)
    {
        if (attempt != _attempt)
            return;
        _attempt = null;
        attempt.Dispose();
        if (attempt.IsConnected && reason is not MqttRefusedException)
            _failures = 0; // what is refused now will be refused in a second too
        var pause = TimeSpan.FromTicks((long)Math.Min(link.MinPause.Ticks * Math.Pow(2, Math.Min(_failures++, MaxDoublings)), link.MaxPause.Ticks));
        pause *= 0.5 + (Random.Shared.NextDouble() / 2); // a fleet must not come back all at once
        _timer.Disposable = scheduler.Schedule(pause, () => queue.Post(Begin));
        owner.Disconnected(reason);
    }

    private sealed class Attempt(MqttLine line) : IMqttSink, IMqttConnection
    {
        private int _underWay;
        private long _lastProgress; // ticks

        public IMqttConnection? Connection { get; set; }

        public bool IsConnected { get; set; }

        public bool IsWatched { get; set; }

        /// <summary>The number of publications that were not acknowledged.</summary>
        public int UnderWay => Volatile.Read(ref _underWay);

        /// <summary>When one was acknowledged, or was the only one to be sent.</summary>
        public TimeSpan LastProgress => TimeSpan.FromTicks(Volatile.Read(ref _lastProgress));

        public void Publish(in MqttPublication publication)
        {
            if (UnderWay == 0)
                Progress();
            if (Interlocked.Increment(ref _underWay) == 1)
            {
                line.Post(() =>
                {
                    if (!IsWatched)
                        line.Watch(this);
                });
            }

            Connection!.Publish(publication);
        }

        public void Subscribe(string topic) => Connection!.Subscribe(topic);

        public void Unsubscribe(string topic) => Connection!.Unsubscribe(topic);

        public void Acknowledge(in MqttDelivery delivery) => Connection!.Acknowledge(delivery);

        public void Close() => Connection!.Close();

        public void Dispose() => Connection?.Dispose();

        public void OnConnected() => line.Post(() => line.Connect(this));

        public void OnPublished(long token, Exception? refusal) => line.Post(() =>
        {
            if (line._attempt != this)
                return;
            Progress();
            Interlocked.Decrement(ref _underWay);
            if (refusal is null)
                line.TellPublished(token);
            else
                line.End(this, refusal);
        });

        public void OnMessage(in MqttDelivery delivery)
        {
            var received = delivery;
            line.Post(() =>
            {
                if (line._attempt == this)
                    line.TellReceived(received);
            });
        }

        public void OnEnded(Exception reason) => line.Post(() => line.End(this, reason));

        private void Progress() => Volatile.Write(ref _lastProgress, line._clock.Elapsed.Ticks);
    }

    private void Post(Action action) => queue.Post(action);

    private void TellPublished(long token) => owner.Published(token);

    private void TellReceived(in MqttDelivery delivery) => owner.Received(delivery);
}
