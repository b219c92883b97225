using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Mqtt.Outbox;
using RxCan.Mqtt.Transport;

namespace RxCan.Mqtt.Uplink;

/// <summary>What an uplink is about.</summary>
internal interface IUplinkSource
{
    /// <summary>What the broker says of the uplink while it is there, and when it is gone; null for nothing.</summary>
    (MqttPublication Online, MqttPublication Offline)? Presence { get; }

    /// <summary>The topics to receive.</summary>
    IReadOnlyList<string> Topics { get; }

    /// <summary>A message came. In the uplink's queue.</summary>
    void Received(in MqttDelivery delivery);
}

/// <summary>
/// Sends messages in order, several at a time, from the outbox. After a connection broke, it sends again what was not acknowledged: receivers
/// know duplicates by their numbers. Everything but <see cref="Enqueue"/> happens in one queue on the scheduler.
/// </summary>
internal sealed class Uplink : IMqttLineOwner, IDisposable
{
    private const int MaxHandedOver = 256;
    private const long PresenceToken = -1;

    private readonly string _topic;
    private readonly MqttUplinkOptions _options;
    private readonly IScheduler _scheduler;
    private readonly IObserver<MqttUplinkEvent> _observer;
    private readonly IUplinkSource _source;
    private readonly MqttLine _line;
    private readonly IStopwatch _clock;
    private readonly OutboxLog _outbox;
    private readonly Queue<Sending> _inFlight = new();
    private readonly SerialDisposable _flushTimer = new();
    private IMqttConnection? _connection;
    private long _token;
    private long _refused;
    private long _reportedLost;
    private int _handedOver;
    private long _lostBefore; // the outbox
    private bool _isFlushSet;
    private bool _isFinishing;
    private Exception? _sourceError;
    private bool _hasEnded;
    private int _isDisposed;

    /// <summary>Opens the outbox; <see cref="Start"/> does the rest.</summary>
    /// <exception cref="IOException">The outbox cannot be opened.</exception>
    public Uplink(
        IMqttTransport transport, MqttLink link, string topic, MqttUplinkOptions options, IScheduler scheduler, IObserver<MqttUplinkEvent> observer, IUplinkSource source,
        IOutboxFiles? files = null)
    {
        (_topic, _options, _scheduler, _observer, _source) = (topic, options, scheduler, observer, source);
        Tag = new("topic", topic);
        Queue = new(scheduler);
        _clock = scheduler.StartStopwatch();
        _outbox = new(files ?? (options.Outbox is { } folder ? new DiskFiles(folder) : new MemoryFiles()), options.OutboxSize, options.WhenFull);
        var hello = new MqttHello(link.ClientId ?? $"rxcan-{Guid.NewGuid():N}", source.Presence?.Offline, TimeSpan.Zero);
        _line = new(transport, hello, link, scheduler, Queue, this);
        Measure();
    }

    public SerialQueue Queue { get; }

    public KeyValuePair<string, object?> Tag { get; }

    public long Waiting { get; private set; }

    public long OutboxBytes { get; private set; }

    public long InFlight { get; private set; }

    public TimeSpan Now => _clock.Elapsed;

    public void Start()
    {
        UplinkMeters.Add(this);
        _line.Start();
    }

    /// <summary>Takes a message, on any thread, without waiting. If the outbox cannot keep up, the message is lost and counted.</summary>
    public void Enqueue(byte[] payload, int frames)
    {
        if (Interlocked.Increment(ref _handedOver) > MaxHandedOver)
        {
            Interlocked.Decrement(ref _handedOver);
            Interlocked.Add(ref _lostBefore, frames);
            return;
        }

        Queue.Post(() =>
        {
            Interlocked.Decrement(ref _handedOver);
            if (_hasEnded)
                return;
            _outbox.Append(payload, frames);
            ReportLosses();
            SetFlushTimer();
            Pump();
        });
    }

    /// <summary>What the broker says of the uplink has changed.</summary>
    public void AnnounceAgain() => Queue.Post(() =>
    {
        if (!_hasEnded && _connection is not null)
            Announce();
    });

    /// <summary>The source has ended: completes, or fails, when everything is acknowledged.</summary>
    public void Finish(Exception? error) => Queue.Post(() =>
    {
        (_isFinishing, _sourceError) = (true, error);
        Pump();
    });

    /// <summary>Sends what it can without waiting, leaves the rest in the outbox, and says good-bye.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            Queue.Post(End);
    }

    public void Refuse(string reason)
    {
        if (!_hasEnded)
            _observer.OnNext(new MqttUplinkRefused(_scheduler.Now, reason, ++_refused));
    }

    void IMqttLineOwner.Connected(IMqttConnection connection)
    {
        _connection = connection;
        foreach (var topic in _source.Topics)
            connection.Subscribe(topic);
        Announce();
        _observer.OnNext(new MqttUplinkConnected(_scheduler.Now, _outbox.Waiting));
        Pump();
    }

    void IMqttLineOwner.Disconnected(Exception reason)
    {
        _connection = null;
        _inFlight.Clear();
        _outbox.Rewind();
        Measure();
        if (!_hasEnded)
            _observer.OnNext(new MqttUplinkDisconnected(_scheduler.Now, reason));
    }

    void IMqttLineOwner.Published(long token)
    {
        foreach (var sending in _inFlight)
        {
            if (sending.Token == token)
                sending.IsAcknowledged = true;
        }

        while (_inFlight.TryPeek(out var first) && first.IsAcknowledged)
        {
            _inFlight.Dequeue();
            _outbox.Acknowledge(first.Record);
            UplinkMeters.Frames.Add(first.Record.Frames, Tag);
            UplinkMeters.Bytes.Add(first.Record.Payload.Length, Tag);
            UplinkMeters.RoundTrip.Record((Now - first.SentAt).TotalSeconds, Tag);
        }

        SetFlushTimer();
        Pump();
    }

    void IMqttLineOwner.Received(in MqttDelivery delivery)
    {
        _source.Received(delivery);
        _connection?.Acknowledge(delivery);
    }

    private void Announce()
    {
        if (_source.Presence is { } presence)
            _connection!.Publish(presence.Online with { Token = PresenceToken });
    }

    private void Pump()
    {
        if (_hasEnded)
            return;
        while (_connection is not null && _inFlight.Count < _options.InFlight && _outbox.TryRead(out var record))
        {
            _inFlight.Enqueue(new(++_token, record, Now));
            _connection.Publish(new(_token, _topic, record.Payload, false));
        }

        Measure();
        if (_isFinishing && _inFlight.Count == 0 && _outbox.Waiting == 0 && _connection is not null)
            End();
    }

    private void End()
    {
        if (_hasEnded)
            return;
        if (!_isFinishing)
            Pump();
        _hasEnded = true;
        if (_connection is not null && _source.Presence is { } presence)
            _connection.Publish(presence.Offline with { Token = PresenceToken });
        _line.Close();
        _flushTimer.Dispose();
        _outbox.Dispose();
        UplinkMeters.Remove(this);
        if (_sourceError is not null)
            _observer.OnError(_sourceError);
        else
            _observer.OnCompleted();
    }

    private void Measure() => (Waiting, OutboxBytes, InFlight) = (_outbox.Waiting, _outbox.Bytes, _inFlight.Count);

    private void ReportLosses()
    {
        var total = _outbox.Lost + Interlocked.Read(ref _lostBefore);
        var count = total - _reportedLost;
        if (count == 0)
            return;
        _reportedLost = total;
        UplinkMeters.Lost.Add(count, Tag);
        _observer.OnNext(new MqttUplinkLost(_scheduler.Now, count, total));
    }

    private void SetFlushTimer()
    {
        if (_isFlushSet)
            return;
        _isFlushSet = true;
        _flushTimer.Disposable = _scheduler.Schedule(_options.FlushPeriod, () => Queue.Post(() =>
        {
            _isFlushSet = false;
            if (!_hasEnded)
                _outbox.Flush();
        }));
    }

    private sealed class Sending(long token, OutboxRecord record, TimeSpan sentAt)
    {
        public long Token { get; } = token;

        public OutboxRecord Record { get; } = record;

        public TimeSpan SentAt { get; } = sentAt;

        public bool IsAcknowledged { get; set; }
    }
}
