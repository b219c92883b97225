using System.Reactive.Concurrency;
using RxCan.Mqtt.Transport;

namespace RxCan.Tests.Brokers;

/// <summary>
/// A broker in the process, on any scheduler: QoS 1, retained messages, last wills, sessions. Messages take a time, if one is given, and what is
/// under way is lost with the connection; it can repeat, swap and lose what it delivers, break connections, and crash.
/// </summary>
internal sealed class TestBroker(IScheduler scheduler, TimeSpan latency = default) : IMqttTransport
{
    private readonly Lock _gate = new();
    private readonly SerialQueue _queue = new(scheduler);
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly SortedDictionary<string, byte[]> _retained = new(StringComparer.Ordinal);

    public bool IsUp { get; private set; } = true;

    /// <summary>Whether bytes go nowhere, although connections stand.</summary>
    public bool IsHalfOpen { get; set; }

    /// <summary>What becomes of a delivery: how often it is made, and whether it lets the next one pass.</summary>
    public Func<string, (int Copies, bool IsLate)>? Faults { get; set; }

    public Func<string, bool>? Refuses { get; set; }

    public int Connects { get; private set; }

    public List<(string Topic, byte[] Payload)> Published { get; } = [];

    public int Count(string topic)
    {
        lock (_gate)
            return Published.Count(p => p.Topic == topic);
    }

    public bool HasSubscriber(string topic)
    {
        lock (_gate)
            return _sessions.Values.Any(s => s.Connection is not null && s.Topics.Contains(topic));
    }

    public byte[]? Retained(string topic)
    {
        lock (_gate)
            return _retained.GetValueOrDefault(topic);
    }

    public IMqttConnection Connect(MqttHello hello, IMqttSink sink)
    {
        var connection = new Connection(this, hello, sink);
        After(() =>
        {
            lock (_gate)
            {
                if (connection.IsGone || IsHalfOpen)
                    return;
                if (!IsUp)
                {
                    connection.End(new IOException("Connection refused."));
                    return;
                }

                Connects++;
                if (_sessions.TryGetValue(hello.ClientId, out var session))
                    session.Connection?.End(new IOException("Taken over."));
                if (session is null || hello.SessionExpiry == TimeSpan.Zero)
                    _sessions[hello.ClientId] = session = new();
                session.Connection = connection;
                connection.Session = session;
                sink.OnConnected();
                foreach (var pending in session.Pending.ToArray())
                    connection.Deliver(pending);
            }
        });
        return connection;
    }

    /// <summary>Publishes as another client.</summary>
    public void Publish(string topic, byte[] payload, bool isRetained = false)
    {
        lock (_gate)
            Route(topic, payload, isRetained);
    }

    public void Break(Func<int, bool>? which = null)
    {
        lock (_gate)
        {
            var i = 0;
            foreach (var connection in _sessions.Values.Select(s => s.Connection).OfType<Connection>().ToArray())
            {
                if (which?.Invoke(i++) != false)
                    connection.End(new IOException("Connection reset by peer."));
            }
        }
    }

    public void Stop(bool losesSessions = false)
    {
        lock (_gate)
        {
            IsUp = false;
            Break();
            if (losesSessions)
            {
                _sessions.Clear();
                _retained.Clear();
            }
        }
    }

    public void Start() => IsUp = true;

    private void After(Action action)
    {
        if (latency == TimeSpan.Zero)
        {
            _queue.Post(action);
            return;
        }

        scheduler.Schedule(latency, action);
    }

    private void Route(string topic, byte[] payload, bool isRetained)
    {
        Published.Add((topic, payload));
        if (isRetained)
            _retained[topic] = payload;
        foreach (var session in _sessions.Values.Where(s => s.Topics.Contains(topic)).ToArray())
        {
            var (copies, isLate) = Faults?.Invoke(topic) ?? (1, false);
            if (isLate)
            {
                session.Late ??= (topic, payload);
                continue;
            }

            for (; copies > 0; copies--)
                session.Add((topic, payload));
            if (session.Late is { } late)
            {
                session.Late = null;
                session.Add(late);
            }
        }
    }

    private sealed class Session
    {
        public HashSet<string> Topics { get; } = [];

        public List<(string Topic, byte[] Payload)> Pending { get; } = []; // not acknowledged

        public (string, byte[])? Late { get; set; }

        public Connection? Connection { get; set; }

        public void Add((string, byte[]) message)
        {
            Pending.Add(message);
            Connection?.Deliver(message);
        }
    }

    private sealed class Connection(TestBroker broker, MqttHello hello, IMqttSink sink) : IMqttConnection
    {
        public bool IsGone { get; private set; }

        public Session? Session { get; set; }

        public void Publish(in MqttPublication publication)
        {
            var sent = publication;
            broker.After(() =>
            {
                lock (broker._gate)
                {
                    if (IsGone || broker.IsHalfOpen)
                        return;
                    if (broker.Refuses?.Invoke(sent.Topic) == true)
                    {
                        Answer(() => sink.OnPublished(sent.Token, new MqttRefusedException("Not authorized.")));
                        return;
                    }

                    broker.Route(sent.Topic, sent.Payload, sent.IsRetained);
                    Answer(() => sink.OnPublished(sent.Token, null));
                }
            });
        }

        public void Subscribe(string topic)
        {
            lock (broker._gate)
            {
                if (Session is null || IsGone)
                    return;
                Session.Topics.Add(topic);
                if (broker._retained.TryGetValue(topic, out var retained))
                    Session.Add((topic, retained));
            }
        }

        public void Unsubscribe(string topic)
        {
            lock (broker._gate)
                Session?.Topics.Remove(topic);
        }

        public void Acknowledge(in MqttDelivery delivery)
        {
            if (IsGone)
                return;
            var handle = delivery.Handle;
            lock (broker._gate)
            {
                var index = Session?.Pending.FindIndex(p => ReferenceEquals(p.Payload, handle)) ?? -1;
                if (index >= 0)
                    Session!.Pending.RemoveAt(index);
            }
        }

        public void Close() => broker.After(() =>
        {
            lock (broker._gate)
                Leave(isOrderly: true);
        });

        public void Dispose()
        {
            lock (broker._gate)
                Leave(isOrderly: false);
        }

        public void Deliver((string Topic, byte[] Payload) message) => Answer(() => sink.OnMessage(new(message.Topic, message.Payload, message.Payload)));

        public void End(Exception reason)
        {
            Leave(isOrderly: false);
            broker.After(() => sink.OnEnded(reason));
        }

        private void Answer(Action answer) => broker.After(() =>
        {
            if (!IsGone && !broker.IsHalfOpen)
                answer();
        });

        private void Leave(bool isOrderly)
        {
            if (IsGone)
                return;
            IsGone = true;
            if (Session is null || Session.Connection != this)
                return;
            Session.Connection = null;
            if (hello.SessionExpiry == TimeSpan.Zero)
                broker._sessions.Remove(hello.ClientId);
            if (!isOrderly && hello.Will is { } will)
                broker.Route(will.Topic, will.Payload, will.IsRetained);
        }
    }
}
