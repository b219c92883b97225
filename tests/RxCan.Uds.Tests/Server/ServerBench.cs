using System.Reactive.Linq;
using RxCan.Uds;

namespace RxCan.Tests.Server;

/// <summary>A server's state machine, asked in hexadecimal on a clock that the test turns.</summary>
internal sealed class ServerBench : IServerSink
{
    private readonly List<byte[]> _sent = [];

    public ServerBench(TestEcu? ecu = null, UdsServerOptions? options = null)
    {
        Test = ecu ?? new();
        Machine = new(Test.Ecu, options ?? UdsServerOptions.Default, 4095, this);
        Machine.Start(default);
        Test.Ecu.Dtcs.Watch((old, changed) => Machine.OnDtcChanged(Now, old.Status ^ changed.Status));
    }

    public TestEcu Test { get; }

    public ServerMachine Machine { get; }

    public TimeSpan Now { get; private set; }

    public List<UdsServerEvent> Events { get; } = [];

    public bool IsWatched { get; set; } = true;

    public IDisposable? Awaiting { get; private set; }

    /// <summary>What was sent since this was last asked, separated by spaces.</summary>
    public string Sent
    {
        get
        {
            var sent = string.Join(' ', _sent.Select(Convert.ToHexString));
            _sent.Clear();
            return sent;
        }
    }

    public string Ask(string request, bool isFunctional = false)
    {
        Machine.OnRequest(Now, Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal)), isFunctional);
        return Sent;
    }

    public byte[]? Ask(byte[] request, bool isFunctional = false)
    {
        Machine.OnRequest(Now, request, isFunctional);
        var sent = _sent.Count == 0 ? null : _sent[^1];
        _sent.Clear();
        return sent;
    }

    /// <summary>Enters the session and unlocks the first level.</summary>
    public ServerBench Unlocked(UdsSession session = UdsSession.Extended)
    {
        Assert.StartsWith("50", Ask($"10{(byte)session:X2}"));
        Ask("2701");
        Assert.Equal("6702", Ask("2702C9A8"));
        return this;
    }

    /// <summary>Turns the clock, at each deadline on the way.</summary>
    public string Advance(TimeSpan by)
    {
        var end = Now + by;
        while (Machine.Due <= end)
        {
            Now = Machine.Due;
            Machine.OnTime(Now);
        }

        Now = end;
        return Sent;
    }

    public string Advance(int milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));

    void IServerSink.Send(byte[] message) => _sent.Add(message);

    void IServerSink.SendPeriodic(byte[] message) => _sent.Add(message);

    void IServerSink.Await(IObservable<UdsReply> answer, int number) => Awaiting = answer.Take(1).Subscribe(
        value => Machine.OnAnswered(Now, number, value, null), error => Machine.OnAnswered(Now, number, default, error));

    void IServerSink.StopAwaiting() => Awaiting?.Dispose();

    void IServerSink.Report(UdsServerEvent happened) => Events.Add(happened);
}
