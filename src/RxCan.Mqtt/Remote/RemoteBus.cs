using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Mqtt.Batches;
using RxCan.Mqtt.Transport;
using RxCan.Mqtt.Uplink;

namespace RxCan.Mqtt.Remote;

/// <summary>
/// The other end of an uplink. One queue on the scheduler delivers; a message is acknowledged when its frames were delivered, so the broker keeps
/// what there is no time for. Users' calls only tell the broker what to send.
/// </summary>
internal sealed class RemoteBus : CanBusBase, IMqttLineOwner
{
    private const int MaxSending = 64;

    private readonly Lock _gate = new(); // taken after the bus's; not held while observers run
    private readonly MqttBusOptions _options;
    private readonly string _topic;
    private readonly string _client;
    private readonly SerialQueue _queue;
    private readonly MqttLine _line;
    private readonly BatchEncoder _encoder = new(1, BatchFormat.MaxEntryLength, MqttCompression.None);
    private readonly ulong _stream = (ulong)Random.Shared.NextInt64();
    private readonly SerialDisposable _refresh = new();
    private readonly SerialDisposable _silence = new();
    private readonly TimeSpan _patience;
    private readonly List<Waiting> _waiting = []; // to send

    private IMqttConnection? _broker;
    private CanConnection? _connection;
    private CanFilter _filter = CanFilter.None;
    private Presence? _presence; // of the far end; null if it is not known
    private bool _isLinkUp = true; // of the far end's interface
    private ulong _sent;
    private int _sending;

    // Of the queue:
    private readonly BatchDecoder _decoder = new();
    private readonly BatchSequence _sequence = new();
    private bool? _isUp;
    private bool _isDownTold; // since the latest batch

    public RemoteBus(
        string name, IMqttTransport transport, MqttLink link, string topic, MqttBusOptions options, CanBusOptions busOptions, IScheduler scheduler)
        : base(name, busOptions, scheduler)
    {
        if (options.SessionExpiry > TimeSpan.Zero && link.ClientId is null)
            throw new ArgumentException("A session that the broker keeps needs MqttLink.ClientId.", nameof(options));
        (_options, _topic, _patience) = (options, topic, link.Patience);
        _client = link.ClientId ?? $"rxcan-{Guid.NewGuid():N}";
        _queue = new(scheduler);
        _line = new(transport, new(_client, null, options.SessionExpiry), link, scheduler, _queue, this);
        _line.Start();
    }

    public override void Send(in CanFrame frame)
    {
        lock (_gate)
        {
            if (Refusal(frame) is { } refusal)
                throw refusal;
            if (_sending >= MaxSending)
                throw new CanQueueFullException(Name, $"{Name}: {MaxSending} frames are on their way. Use SendAsync to wait, or send less often.");
            Publish(frame);
        }
    }

    public override ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default)
    {
        if (timeout < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A time-out cannot be negative. Use null to wait without a limit.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var waiting = new Waiting(frame);
        lock (_gate)
        {
            if (Refusal(frame) is { } refusal && (refusal is not CanInterfaceDownException || _presence is not null))
                return ValueTask.FromException(refusal);
            _waiting.Add(waiting);
            SendWaiting();
            if (waiting.Task.IsCompleted)
                return new(waiting.Task);
        }

        var endings = new CompositeDisposable();
        endings.Add(cancellationToken.Register(() => Withdraw(waiting, new OperationCanceledException(cancellationToken))));
        if (timeout is { } limit)
        {
            endings.Add((scheduler ?? Scheduler).Schedule(limit, () => Withdraw(
                waiting, new TimeoutException($"{Name}: the frame could not be sent within {limit}. Check that the far end is there."))));
        }

        _ = waiting.Task.ContinueWith(_ => endings.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new(waiting.Task);
    }

    protected override void Connect(CanConnection connection)
    {
        lock (_gate)
        {
            _connection = connection;
            _broker?.Subscribe(UplinkTopics.Frames(_topic));
            if (_isUp == false)
                Post(new CanLinkDown(Name, Scheduler.Now)); // whoever watches the events comes late
        }

        _queue.Post(_sequence.Reset); // what was sent while nobody listened is no gap
    }

    protected override void Apply(CanFilter filter, CanErrorClass errors)
    {
        lock (_gate)
        {
            _filter = errors == CanErrorClass.None ? filter : filter | CanFilter.ErrorFrames;
            TellWant();
        }
    }

    protected override void Idle(CanConnection connection) => _queue.Post(() =>
    {
        if (!connection.TryRetire())
            return;
        lock (_gate)
        {
            if (_connection != connection)
                return;
            _connection = null;
            _filter = CanFilter.None;
            _broker?.Unsubscribe(UplinkTopics.Frames(_topic));
            TellWant();
        }
    });

    protected override void Close(CanConnection? connection)
    {
        Waiting[] left;
        lock (_gate)
        {
            left = [.. _waiting];
            _waiting.Clear();
            (_connection, _filter) = (null, CanFilter.None);
            TellWant();
            _refresh.Dispose();
            _silence.Dispose();
        }

        foreach (var waiting in left)
            waiting.TrySetException(new ObjectDisposedException(Name));
        _queue.Post(() =>
        {
            _line.Close();
            Complete(connection);
        });
    }

    void IMqttLineOwner.Connected(IMqttConnection connection)
    {
        lock (_gate)
        {
            _broker = connection;
            connection.Subscribe(UplinkTopics.State(_topic));
            if (_connection is not null)
                connection.Subscribe(UplinkTopics.Frames(_topic));
            TellWant();
        }

        _silence.Disposable = Scheduler.Schedule(_patience, () => _queue.Post(() =>
        {
            lock (_gate)
            {
                if (_broker != connection || _presence is not null)
                    return;
                _presence = new Presence(false, false, null); // there never was an uplink, or the broker does not let this bus know
            }

            Update();
        }));
    }

    void IMqttLineOwner.Disconnected(Exception reason)
    {
        lock (_gate)
            (_broker, _presence, _sending) = (null, null, 0);
        if (reason is MqttRefusedException)
            Report(new CanReceiveFailed(Name, Scheduler.Now, reason));
        Update();
    }

    void IMqttLineOwner.Published(long token)
    {
        if (token == 0)
            return;
        lock (_gate)
        {
            _sending--;
            SendWaiting();
        }
    }

    void IMqttLineOwner.Received(in MqttDelivery delivery)
    {
        if (delivery.Topic == UplinkTopics.Frames(_topic))
            Deliver(delivery.Payload.Span);
        else if (Presence.Parse(delivery.Payload) is { } presence)
            Take(presence);
        IMqttConnection? broker;
        lock (_gate)
            broker = _broker;
        broker?.Acknowledge(delivery);
    }

    private void Take(Presence presence)
    {
        lock (_gate)
        {
            var isNew = presence.IsOnline && _presence is not { IsOnline: true };
            _presence = presence;
            if (isNew)
                _isLinkUp = presence.IsLinkUp; // from then on, the frames' topic tells it in its place
            if (presence.IsOnline)
                TellWant(isNew); // it may just have begun
            SendWaiting();
        }

        Update();
    }

    private void Deliver(ReadOnlySpan<byte> payload)
    {
        CanConnection? connection;
        lock (_gate)
            connection = _connection;
        if (connection is null)
            return;
        try
        {
            _decoder.Decode(payload);
        }
        catch (MqttBatchException e)
        {
            Report(new CanDataDiscarded(Name, Scheduler.Now, e));
            return; // its numbers are missing: the next one tells the gap
        }

        var entries = _decoder.Entries;
        var news = _sequence.Take(_decoder.Stream, _decoder.Sequence, entries.Length);
        if (news.IsRestart)
        {
            if (!_isDownTold)
                Report(new CanLinkDown(Name, Scheduler.Now)); // what is missing of the old stream is not known
            if (!_isDownTold && _isUp != false)
                Report(new CanLinkUp(Name, Scheduler.Now));
        }

        if (news.IsRestart || news.Lost > 0)
            SetLink(IsLinkUp); // a change may be missing too
        if (news.Lost > 0)
            ReportDropped(news.Lost);
        if (news.Skip < entries.Length)
            _isDownTold = false;
        foreach (ref readonly var entry in entries[news.Skip..])
        {
            if (entry.Kind != EntryKind.Frame)
                SetLink(entry.Kind == EntryKind.LinkUp);
            else if (Options.Fd || !entry.Frame.IsFd)
                connection.Receive(entry.Frame.WithInterface(Name));
        }
    }

    /// <summary>What the far end last said of its interface.</summary>
    private bool IsLinkUp
    {
        get
        {
            lock (_gate)
                return _presence?.IsLinkUp ?? true;
        }
    }

    private void SetLink(bool isUp)
    {
        lock (_gate)
        {
            _isLinkUp = isUp;
            SendWaiting();
        }

        Update();
    }

    /// <summary>Tells what became of the link: the broker's, the far end's, and that of its interface.</summary>
    private void Update()
    {
        bool isUp;
        lock (_gate)
        {
            isUp = _presence is { IsOnline: true } && _isLinkUp;
            if (_isUp == isUp || (_presence is null && _broker is not null))
                return; // soon known
        }

        var isFirst = _isUp is null;
        _isUp = isUp;
        _isDownTold |= !isUp;
        if (isUp && !isFirst)
            Report(new CanLinkUp(Name, Scheduler.Now));
        else if (!isUp)
            Report(new CanLinkDown(Name, Scheduler.Now));
    }

    /// <summary>Says what this bus wants, and does so again while it wants anything. Under the lock.</summary>
    private void TellWant(bool always = true)
    {
        if (_broker is null || !always)
            return;
        var time = _connection is null ? TimeSpan.Zero : 3 * _options.RefreshPeriod;
        _broker.Publish(new(0, UplinkTopics.Want(_topic), new Want(_client, _filter, time).ToJson(), false));
        if (!_refresh.IsDisposed)
        {
            _refresh.Disposable = _connection is null ? Disposable.Empty : Scheduler.Schedule(_options.RefreshPeriod, () =>
            {
                lock (_gate)
                    TellWant();
            });
        }
    }

    /// <summary>Why a frame cannot be sent now; null if it can. Under the lock.</summary>
    private Exception? Refusal(in CanFrame frame)
    {
        if (IsDisposed)
            return new ObjectDisposedException(Name);
        if (frame.IsFd && !Options.Fd)
            return new CanNotSupportedException(Name, $"{Name}: CAN FD is off. Open the bus with CanBusOptions.Fd.");
        if (_broker is null || _presence is not { IsOnline: true } presence)
            return new CanInterfaceDownException(Name, $"{Name}: the far end is not there. Wait for CanLinkUp in the events, or use SendAsync.");
        if (presence.AllowSend is null || !presence.AllowSend.Matches(frame))
        {
            return new CanPermissionException(
                Name, $"{Name}: the far end does not allow to send {frame.Id}. Allow it there: PublishTo(..., new() {{ AllowSend = CanFilter.Id({frame.Id}) }}).");
        }

        return _isLinkUp ? null : new CanInterfaceDownException(Name, $"{Name}: the far end's link is down.");
    }

    private void Publish(in CanFrame frame)
    {
        _encoder.TryAdd(frame, (Scheduler.Now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        _sending++;
        _broker!.Publish(new((long)_sent + 1, UplinkTopics.Send(_topic), _encoder.Take(_stream, _sent++), false));
    }

    private void SendWaiting()
    {
        while (_waiting.Count > 0 && _sending < MaxSending)
        {
            var first = _waiting[0];
            var refusal = Refusal(first.Frame);
            if (refusal is CanInterfaceDownException && _presence is null)
                return; // it is not yet known whether the far end is there
            _waiting.RemoveAt(0);
            if (refusal is not null)
            {
                first.TrySetException(refusal);
                continue;
            }

            Publish(first.Frame);
            first.TrySetResult();
        }
    }

    private void Withdraw(Waiting waiting, Exception reason)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(waiting))
                return;
        }

        if (reason is OperationCanceledException cancelled)
            waiting.TrySetCanceled(cancelled.CancellationToken);
        else
            waiting.TrySetException(reason);
    }

    private sealed class Waiting(CanFrame frame) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public CanFrame Frame { get; } = frame;
    }
}
