using RxCan.IsoTp;
using RxCan.Tests.Bus;

namespace RxCan.Tests.IsoTp;

/// <summary>The in-process bus on the thread pool: many threads, no virtual clock, and time-outs that even a loaded machine does not reach.</summary>
public sealed class RealTimeIsoTpTests : IDisposable
{
    private static readonly IsoTpOptions Patient = RealTimeIsoTpBench.Timed(new() { MaxLength = 300_000 });

    private readonly InProcessIsoTpBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Long_messages_in_one_block_arrive_whole_both_ways_simultaneously()
    {
        using var tester = _bench.Tester.OpenIsoTp(0x7E0, 0x7E8, Patient);
        using var ecu = _bench.Ecu.OpenIsoTp(0x7E8, 0x7E0, Patient);
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
    public void Requests_from_many_sessions_and_threads_get_the_right_answers()
    {
        const int sessions = 16, requests = 50;
        var answers = new List<(byte[] Asked, Recorder<byte[]> Answer)>[sessions];
        var opened = new List<IDisposable>();
        for (var s = 0; s < sessions; s++)
        {
            var address = IsoTpAddress.Normal((uint)(0x400 + s), (uint)(0x600 + s));
            var ecu = _bench.Ecu.OpenIsoTp(address.Peer, Patient);
            ecu.Subscribe(ecu.SendBack);
            opened.Add(ecu);
        }

        var threads = Enumerable.Range(0, sessions).Select(s => new Thread(() =>
        {
            var session = _bench.Tester.OpenIsoTp((uint)(0x400 + s), (uint)(0x600 + s), Patient);
            answers[s] = [];
            for (var i = 0; i < requests; i++)
            {
                byte[] asked = [(byte)s, (byte)i, .. Pattern.P(i)];
                answers[s].Add((asked, _bench.Record(session.Request(asked))));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        _bench.Until(() => answers.All(some => some.TrueForAll(a => a.Answer.HasEnded)));
        Assert.All(answers.SelectMany(some => some), a => Assert.Equal(a.Asked, Assert.Single(a.Answer.Values)));
        opened.ForEach(ecu => ecu.Dispose());
    }
}
