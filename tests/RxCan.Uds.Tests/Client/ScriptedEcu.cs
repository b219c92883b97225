using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Client;

/// <summary>A client and a control unit on a virtual bus and clock. The control unit answers as a script says: it knows no rules.</summary>
internal sealed class ScriptedEcu : IDisposable
{
    private readonly Dictionary<string, Queue<string[]>> _script = [];
    private readonly List<(TimeSpan At, string Hex)> _requests = [];
    private readonly IIsoTpSession _session;
    private readonly ICanBus _ecu;

    public ScriptedEcu(UdsOptions? options = null)
    {
        Bus = new(Time);
        Can = Bus.Connect();
        _ecu = Bus.Connect();
        _session = _ecu.OpenIsoTp(0x7E8, 0x7E0);
        _session.Subscribe(OnRequest);
        Client = Can.OpenUds(0x7E0, 0x7E8, options);
    }

    public HistoricalScheduler Time { get; } = new(DateTimeOffset.UnixEpoch);

    public VirtualCanBus Bus { get; }

    public ICanBus Can { get; }

    public IUdsClient Client { get; }

    /// <summary>What has come to the control unit.</summary>
    public string[] Requests => [.. _requests.Select(r => r.Hex)];

    public TimeSpan Now => Time.Now - DateTimeOffset.UnixEpoch;

    /// <summary>Answers what the script does not know; null for silence.</summary>
    public Func<byte[], IEnumerable<byte[]>>? Otherwise { get; set; }

    /// <summary>When each request of this kind came, in ms.</summary>
    public double[] TimesOf(string hex) => [.. _requests.Where(r => r.Hex == hex).Select(r => r.At.TotalMilliseconds)];

    /// <summary>
    /// What a request is answered with: hexadecimal, with an optional delay in ms before it (<c>50 7F2278</c>). Given several times, the first is
    /// for the first request, and so on; the last one stays.
    /// </summary>
    public ScriptedEcu On(string request, params string[] responses)
    {
        if (!_script.TryGetValue(request, out var queue))
            _script[request] = queue = new();
        queue.Enqueue(responses);
        return this;
    }

    public void Send(string hex) => _session.Send(Convert.FromHexString(hex));

    public Recorder<T> Record<T>(IObservable<T> source)
    {
        var recorder = new Recorder<T>(() => Time.Now);
        recorder.Subscription = source.Subscribe(recorder);
        return recorder;
    }

    public void Pass(double ms) => Time.AdvanceBy(TimeSpan.FromMilliseconds(ms));

    /// <summary>The one value of a request.</summary>
    public T Get<T>(IObservable<T> source)
    {
        var recorder = Record(source);
        Pass(60_000);
        if (recorder.Error is { } error)
            throw error;
        Assert.True(recorder.IsCompleted);
        return Assert.Single(recorder.Values);
    }

    /// <summary>The error of a request.</summary>
    public TError Fails<TError>(IObservable<object> source)
        where TError : Exception
    {
        var recorder = Record(source);
        Pass(60_000);
        Assert.Empty(recorder.Values);
        return Assert.IsType<TError>(recorder.Error);
    }

    public void Dispose()
    {
        Client.Dispose();
        _session.Dispose();
        Can.Dispose();
        _ecu.Dispose();
    }

    private void OnRequest(byte[] request)
    {
        var hex = Convert.ToHexString(request);
        _requests.Add((Now, hex));
        if (_script.TryGetValue(hex, out var queue))
        {
            foreach (var response in queue.Count > 1 ? queue.Dequeue() : queue.Peek())
            {
                if (response.Split(' ') is [var ms, var bytes])
                    Time.Schedule(TimeSpan.FromMilliseconds(double.Parse(ms)), () => Send(bytes));
                else
                    Send(response);
            }
        }
        else if (Otherwise is { } otherwise)
        {
            foreach (var response in otherwise(request))
                _session.Send(response);
        }
    }
}
