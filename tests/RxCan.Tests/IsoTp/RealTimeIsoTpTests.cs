using System.Diagnostics;

namespace RxCan.Tests.IsoTp;

/// <summary>The in-process bus on the thread pool: many threads, no virtual clock.</summary>
public sealed class RealTimeIsoTpBench : IsoTpBench
{
    private readonly VirtualCanBus _bus = new();

    public RealTimeIsoTpBench()
    {
        Tester = _bus.Connect();
        Ecu = _bus.Connect();
    }

    public override ICanBus Tester { get; }

    public override ICanBus Ecu { get; }

    public override IsoTpEngine Engine => IsoTpEngine.Portable;

    public override DateTimeOffset Now => DateTimeOffset.UtcNow;

    public override TimeSpan Tolerance => TimeSpan.FromSeconds(5);

    public override void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, "It did not come about.");
            Thread.Sleep(1);
        }
    }

    public override void Pass(TimeSpan time) => Thread.Sleep(time);

    public override void Dispose()
    {
        Tester.Dispose();
        Ecu.Dispose();
    }
}

public sealed class RealTimeIsoTpTests : IDisposable
{
    private readonly RealTimeIsoTpBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Long_messages_in_one_block_arrive_whole_both_ways_at_once()
    {
        using var tester = _bench.Tester.OpenIsoTp(0x7E0, 0x7E8);
        using var ecu = _bench.Ecu.OpenIsoTp(0x7E8, 0x7E0);
        var (atTester, atEcu) = (_bench.Record(tester), _bench.Record(ecu));
        var errors = _bench.Record(tester.Errors);
        var payload = Pattern.P(300_000);
        for (var i = 0; i < 3; i++)
        {
            tester.Send(payload);
            ecu.Send(payload);
        }

        _bench.Until(() => errors.Count > 0 || (atTester.Count == 3 && atEcu.Count == 3));
        Assert.Empty(errors.Values);
        Assert.All([.. atTester.Values, .. atEcu.Values], message => Assert.Equal(payload, message));
    }

    [Fact]
    public void Requests_of_many_sessions_and_threads_are_answered_to_the_right_asker()
    {
        const int sessions = 16, requests = 50;
        var answers = new List<(byte[] Asked, Recorder<byte[]> Answer)>[sessions];
        var opened = new List<IDisposable>();
        for (var s = 0; s < sessions; s++)
        {
            var address = IsoTpAddress.Normal((uint)(0x400 + s), (uint)(0x600 + s));
            var ecu = _bench.Ecu.OpenIsoTp(address.Peer);
            ecu.Subscribe(ecu.SendBack);
            opened.Add(ecu);
        }

        var threads = Enumerable.Range(0, sessions).Select(s => new Thread(() =>
        {
            var session = _bench.Tester.OpenIsoTp((uint)(0x400 + s), (uint)(0x600 + s));
            answers[s] = [];
            for (var i = 0; i < requests; i++)
            {
                byte[] asked = [(byte)s, (byte)i, .. Pattern.P(i)];
                answers[s].Add((asked, _bench.Record(session.Request(asked, new() { P2 = TimeSpan.FromSeconds(30) }))));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        _bench.Until(() => answers.All(some => some.TrueForAll(a => a.Answer.HasEnded)));
        Assert.All(answers.SelectMany(some => some), a => Assert.Equal(a.Asked, Assert.Single(a.Answer.Values)));
        opened.ForEach(ecu => ecu.Dispose());
    }
}
