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

/// <summary>A connection that is made again whenever it breaks, after pauses that double. All its time is the scheduler's.</summary>
internal sealed class MqttLine(IMqttTransport transport, MqttHello hello, MqttLink link, IScheduler scheduler, SerialQueue queue, IMqttLineOwner owner) : IDisposable
{
    private const int MaxDoublings = 20;

    private readonly SerialDisposable _timer = new();
    private Attempt? _attempt;
    private int _failures;
    private bool _isDisposed;

    public void Start() => queue.Post(Begin);

    /// <summary>Gives a connection up that answers no more. In the queue.</summary>
    public void Drop(Exception reason)
    {
        if (_attempt is { } attempt)
            End(attempt, reason);
    }

    /// <summary>Ends the line in order. In the queue.</summary>
    public void Close()
    {
        var connection = _attempt is { IsConnected: true } ? _attempt.Connection : null;
        if (connection is null)
        {
            Dispose();
            return;
        }

        (_isDisposed, _attempt) = (true, null);
        _timer.Dispose();
        connection.Close();
    }

    /// <summary>Cuts the line off. In the queue.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
        _attempt?.Connection?.Dispose();
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
        owner.Connected(attempt.Connection!);
    }

    private void End(Attempt attempt, Exception reason)
    {
        if (attempt != _attempt)
            return;
        _attempt = null;
        attempt.Connection?.Dispose();
        if (attempt.IsConnected && reason is not MqttRefusedException)
            _failures = 0; // what is refused now will be refused in a second too
        var pause = TimeSpan.FromTicks((long)Math.Min(link.MinPause.Ticks * Math.Pow(2, Math.Min(_failures++, MaxDoublings)), link.MaxPause.Ticks));
        pause *= 0.5 + (Random.Shared.NextDouble() / 2); // a fleet must not come back all at once
        _timer.Disposable = scheduler.Schedule(pause, () => queue.Post(Begin));
        owner.Disconnected(reason);
    }

    private sealed class Attempt(MqttLine line) : IMqttSink
    {
        public IMqttConnection? Connection { get; set; }

        public bool IsConnected { get; set; }

        public void OnConnected() => line.Post(() => line.Connect(this));

        public void OnPublished(long token, Exception? refusal) => line.Post(() =>
        {
            if (line._attempt != this)
                return;
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
    }

    private void Post(Action action) => queue.Post(action);

    private void TellPublished(long token) => owner.Published(token);

    private void TellReceived(in MqttDelivery delivery) => owner.Received(delivery);
}
