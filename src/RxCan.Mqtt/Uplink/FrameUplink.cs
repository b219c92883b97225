using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Mqtt.Batches;
using RxCan.Mqtt.Outbox;
using RxCan.Mqtt.Transport;

namespace RxCan.Mqtt.Uplink;

/// <summary>Packs frames for an uplink, and does what remote buses ask for.</summary>
internal sealed class FrameUplink : IObserver<CanFrame>, IUplinkSource, IDisposable
{
    private const int MaxSenders = 256;

    private readonly Lock _gate = new(); // of the batch
    private readonly MqttUplinkOptions _options;
    private readonly IScheduler _scheduler;
    private readonly ICanBus? _bus;
    private readonly string _topic;
    private readonly BatchEncoder _encoder;
    private readonly Uplink _uplink;
    private readonly ulong _stream = (ulong)Random.Shared.NextInt64();
    private readonly CompositeDisposable _subscriptions = [];
    private readonly SerialDisposable _batchTimer = new();
    private readonly SerialDisposable _wantTimer = new();
    private readonly WantTable _wants = new();
    private readonly Dictionary<ulong, BatchSequence> _senders = [];
    private readonly BatchDecoder _decoder = new();
    private volatile CanFilter? _wanted; // null: everything
    private volatile bool _isLinkUp = true;
    private ulong _sequence;

    public FrameUplink(
        IMqttTransport transport, MqttLink link, string topic, MqttUplinkOptions options, ICanBus? bus, IScheduler scheduler, IObserver<MqttUplinkEvent> observer,
        IOutboxFiles? files = null)
    {
        (_options, _scheduler, _bus, _topic) = (options, scheduler, bus, topic);
        _encoder = new(options.BatchFrames, options.BatchBytes, options.Compression);
        _wanted = options.OnDemand ? CanFilter.None : null;
        List<string> topics = [];
        if (options.OnDemand)
            topics.Add(UplinkTopics.Want(topic));
        if (options.AllowSend is not null)
            topics.Add(UplinkTopics.Send(topic));
        Topics = topics;
        _uplink = new(transport, link, UplinkTopics.Frames(topic), options, scheduler, observer, this, files);
    }

    public (MqttPublication Online, MqttPublication Offline)? Presence => (
        new(0, UplinkTopics.State(_topic), new Presence(true, _options.OnDemand, _options.AllowSend, _isLinkUp).ToJson(), true),
        new(0, UplinkTopics.State(_topic), new Presence(false, false, null).ToJson(), true));

    public IReadOnlyList<string> Topics { get; }

    public void Start(IObservable<CanFrame> frames)
    {
        _uplink.Start();
        if (_bus is not null)
            _subscriptions.Add(_bus.EventsWithState().Subscribe(OnEvent));
        _subscriptions.Add(frames.Subscribe(this));
    }

    public void Dispose()
    {
        _subscriptions.Dispose();
        _wantTimer.Dispose();
        Cut();
        _batchTimer.Dispose();
        _uplink.Dispose();
    }

    public void OnNext(CanFrame frame)
    {
        if (_wanted is { } wanted && !wanted.Matches(frame))
            return;
        var time = frame.UnixTimeNanoseconds is > long.MinValue and < long.MaxValue and var known ? known : Now;
        lock (_gate)
        {
            if (!_encoder.TryAdd(frame, time))
            {
                Cut();
                _encoder.TryAdd(frame, time);
            }

            Added();
        }
    }

    public void OnError(Exception error)
    {
        Cut();
        _uplink.Finish(error);
    }

    public void OnCompleted()
    {
        Cut();
        _uplink.Finish(null);
    }

    void IUplinkSource.Received(in MqttDelivery delivery)
    {
        if (delivery.Topic == UplinkTopics.Send(_topic))
            TakeSend(delivery);
        else if (delivery.Topic == UplinkTopics.Want(_topic))
            TakeWant(delivery);
    }

    private long Now => (_scheduler.Now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private void Added()
    {
        if (_encoder.Count >= _options.BatchFrames)
            Cut();
        else if (_encoder.Count == 1)
            _batchTimer.Disposable = _scheduler.Schedule(_options.BatchTime, Cut);
    }

    private void Cut()
    {
        lock (_gate)
        {
            if (_encoder.Count == 0)
                return;
            _batchTimer.Disposable = Disposable.Empty;
            var count = _encoder.Count;
            _uplink.Enqueue(_encoder.Take(_stream, _sequence), count);
            _sequence += (ulong)count;
        }
    }

    private void OnEvent(CanBusEvent happened)
    {
        lock (_gate)
        {
            if (happened is CanFramesDropped dropped)
            {
                Cut();
                _sequence += (ulong)dropped.Count; // receivers see the gap
            }
            else if (LinkOf(happened) is { } isUp && (isUp != _isLinkUp || happened is not CanBusStateReported))
            {
                _isLinkUp = isUp;
                _uplink.AnnounceAgain();
                var kind = isUp ? EntryKind.LinkUp : EntryKind.LinkDown;
                if (!_encoder.TryAdd(kind, Now))
                {
                    Cut();
                    _encoder.TryAdd(kind, Now);
                }

                Cut();
            }
        }
    }

    private static bool? LinkOf(CanBusEvent happened) => happened switch
    {
        CanLinkUp => true,
        CanLinkDown or CanLinkRemoved => false,
        CanBusStateReported reported => reported.State.Link == CanLinkState.Up,
        _ => null,
    };

    private void TakeWant(in MqttDelivery delivery)
    {
        if (Want.Parse(delivery.Payload) is not { } want)
        {
            _uplink.Refuse("A message that asks for frames is malformed.");
            return;
        }

        _wants.Set(want, _uplink.Now);
        UpdateWanted();
    }

    private void UpdateWanted()
    {
        _wants.Expire(_uplink.Now);
        _wanted = _wants.Union;
        if (_wants.NextEnd is { } end)
            _wantTimer.Disposable = _scheduler.Schedule(end - _uplink.Now, () => _uplink.Queue.Post(UpdateWanted));
    }

    private void TakeSend(in MqttDelivery delivery)
    {
        try
        {
            _decoder.Decode(delivery.Payload.Span);
        }
        catch (MqttBatchException e)
        {
            _uplink.Refuse(e.Message);
            return;
        }

        if (!_senders.TryGetValue(_decoder.Stream, out var sequence))
        {
            if (_senders.Count == MaxSenders)
                _senders.Remove(_senders.Keys.First());
            _senders.Add(_decoder.Stream, sequence = new());
        }

        var entries = _decoder.Entries;
        foreach (ref readonly var entry in entries[sequence.Take(_decoder.Stream, _decoder.Sequence, entries.Length).Skip..])
        {
            if (entry.Kind != EntryKind.Frame || !_options.AllowSend!.Matches(entry.Frame))
                _uplink.Refuse($"{entry.Frame.Id} may not be sent.");
            else if (!_bus!.TrySend(entry.Frame, out var reason))
                _uplink.Refuse(reason.Message);
        }
    }
}
