using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Server;

public sealed class UdsServerTests
{
    private readonly HistoricalScheduler _time = new();
    private readonly VirtualCanBus _bus;
    private readonly TestEcu _ecu = new();
    private readonly List<string> _received = [];

    public UdsServerTests() => _bus = new(_time);

    [Fact]
    public void A_server_answers_on_its_address_and_on_the_functional_one()
    {
        using var server = Serve(new() { FunctionalId = 0x7DF });
        using var tester = Tester(0x7E0);
        using var all = _bus.Connect().OpenIsoTp(IsoTpAddress.FunctionalObd);
        foreach (var (session, request) in new (IIsoTpSession, byte[])[]
        {
            (tester, [0x22, 0xF1, 0x86]), (tester, [0xA0]), (all, [0x3E, 0x00]), (all, [0xA0]), (all, [0x22, 0xF1, 0x90]), // several frames
        })
        {
            session.Send(request);
            _time.AdvanceBy(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(["62F18601", "7FA011", "7E00", "62F190" + Convert.ToHexString("WRXCAN00000000001"u8)], _received);
    }

    [Fact]
    public void A_session_lasts_S3_from_its_last_request_to_the_tick()
    {
        using var server = Serve();
        using var tester = Tester(0x7E0);
        var ended = new List<DateTimeOffset>();
        server.OfType<UdsSessionEntered>().Where(entered => entered.HasTimedOut).Subscribe(_ => ended.Add(_time.Now));
        tester.Send([0x10, 0x03]);
        _time.AdvanceBy(TimeSpan.FromSeconds(3));
        tester.Send([0x3E, 0x80]);
        var last = _time.Now;
        _time.AdvanceBy(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.Equal(UdsSession.Extended, server.Session);
        _time.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.Equal(UdsSession.Default, server.Session);
        Assert.Equal([last + TimeSpan.FromSeconds(5)], ended);
    }

    [Fact]
    public void A_slow_handler_on_the_scheduler_gets_response_pending()
    {
        _ecu.Ecu.Data.Add(new UdsDataItem(0x0500)
        {
            Read = _ => UdsReply.From(Observable.Timer(TimeSpan.FromSeconds(6), _time).Select(_ => (UdsReply)new byte[] { 9 })),
        });
        using var server = Serve();
        using var tester = Tester(0x7E0);
        tester.Send([0x22, 0x05, 0x00]);
        _time.AdvanceBy(TimeSpan.FromSeconds(6) - TimeSpan.FromTicks(1));
        Assert.Equal(["7F2278", "7F2278"], _received);
        _time.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.Equal(["7F2278", "7F2278", "62050009"], _received);
    }

    [Fact]
    public void Periodic_data_is_sent_in_frames_of_its_own()
    {
        using var server = Serve(new() { PeriodicId = 0x5E8 });
        using var tester = Tester(0x7E0);
        var frames = new List<string>();
        using var can = _bus.Connect();
        can.Where(CanFilter.Id(0x5E8)).Subscribe(frame => frames.Add(frame.ToString()));
        tester.Send([0x10, 0x03]);
        tester.Send([0x2A, 0x03, 0x00]);
        _time.AdvanceBy(TimeSpan.FromMilliseconds(100));
        Assert.Equal(["5003003201F4", "6A"], _received);
        Assert.Equal(2, frames.Count);
        Assert.EndsWith("001234", frames[0]);
    }

    [Trait("Length", "Long")]
    [Fact]
    public void A_megabyte_is_downloaded_by_the_client_in_under_a_second()
    {
        var clock = DefaultScheduler.Instance.StartStopwatch();
        using var server = Serve();
        using var client = _bus.Connect().OpenUds(0x7E0, 0x7E8);
        var image = new byte[_ecu.Flash.Length];
        new Random(1).NextBytes(image);
        var session = new Recorder<UdsSessionResponse>();
        using var entered = client.Session(UdsSession.Programming).Subscribe(session);
        var unlocked = new Recorder<UdsUnlockStep>();
        using var unlocking = client.Unlock(TestEcu.Level, TestEcu.Key).Subscribe(unlocked);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.True(unlocked.IsCompleted);
        var progress = new Recorder<UdsTransferProgress>();
        using var download = client.Download(0x0800_0000, image).Subscribe(progress);
        while (!progress.HasEnded && clock.Elapsed < TimeSpan.FromMinutes(1))
            _time.AdvanceBy(TimeSpan.FromMilliseconds(100));
        Assert.Null(progress.Error);
        Assert.Equal(image, _ecu.Flash);
        Assert.Equal(257, progress.Values[1..].Length);
        var uploaded = new Recorder<UdsTransferProgress>();
        using var upload = client.Upload(0x0800_0000, 10_000).Subscribe(uploaded);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal(image[..10_000], uploaded.Values[^1].Data.ToArray());
    }

    [Trait("Length", "Long")]
    [Fact]
    public void Sixty_four_clients_of_sixty_four_servers_get_their_own_answers()
    {
        var servers = Enumerable.Range(0, 64).Select(i =>
        {
            var ecu = new UdsEcu();
            ecu.Data.Add(0x0100, [(byte)i, .. new byte[20]]);
            return _bus.Connect().ServeUds(IsoTpAddress.NormalFixed((byte)0xF1, (byte)i), ecu);
        }).ToList();
        var answers = new int[64];
        var clients = Enumerable.Range(0, 64).Select(i => _bus.Connect().OpenUds(IsoTpAddress.NormalFixed((byte)i, (byte)0xF1))).ToList();
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 64; i++)
            {
                var own = i;
                clients[i].ReadData(0x0100).Subscribe(record => answers[own] += record[0] == own && record.Length == 21 ? 1 : -1000);
            }
        }

        _time.AdvanceBy(TimeSpan.FromSeconds(10));
        Assert.All(answers, count => Assert.Equal(20, count));
        clients.ForEach(client => client.Dispose());
        servers.ForEach(server => server.Dispose());
    }

    [Fact]
    public void A_server_goes_on_after_its_interface_was_removed_and_is_back()
    {
        using var server = Serve();
        using (Tester(0x7E0))
        {
            _bus.Remove();
            _time.AdvanceBy(TimeSpan.FromSeconds(2));
            _bus.LinkUp();
            _time.AdvanceBy(TimeSpan.FromSeconds(2));
        }

        using var tester = Tester(0x7E0);
        tester.Send([0x3E, 0x00]);
        _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["7E00"], _received);
    }

    [Fact]
    public void Disposing_ends_the_events_thaws_the_store_and_answers_no_more()
    {
        var server = Serve();
        using var tester = Tester(0x7E0);
        var events = new Recorder<UdsServerEvent>();
        using var subscription = server.Subscribe(events);
        tester.Send([0x10, 0x03]);
        tester.Send([0x85, 0x02]);
        _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        Assert.True(_ecu.Ecu.Dtcs.IsFrozen);
        server.Dispose();
        server.Dispose();
        Assert.False(events.HasEnded); // a user's call runs no observer
        _time.AdvanceBy(TimeSpan.FromMilliseconds(1));
        Assert.True(events.IsCompleted);
        Assert.False(_ecu.Ecu.Dtcs.IsFrozen);
        var count = _received.Count;
        tester.Send([0x3E, 0x00]);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal(count, _received.Count);
    }

    [Fact]
    public void Wrong_addresses_are_refused_at_once()
    {
        var can = _bus.Connect();
        Assert.Throws<ArgumentException>(() => can.ServeUds(IsoTpAddress.FunctionalObd, new()));
        Assert.Throws<ArgumentException>(() => can.ServeUds(IsoTpAddress.Normal(1, 2).WithFunctionalRx(), new()));
        Assert.Throws<ArgumentException>(() => can.ServeUds(0x7E8, 0x7E0, new(), new() { FunctionalAddress = IsoTpAddress.Normal(1, 2) }));
        Assert.Throws<ArgumentException>(() => can.ServeUds(0x7E8, 0x7E0, new(), new() { IsoTp = new() { ListenOnly = true } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdsSecurityLevel(2, seed => seed));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdsStoredDtc(0x1000000));
    }

    private IUdsServer Serve(UdsServerOptions? options = null) => _bus.Connect().ServeUds(tx: 0x7E8, rx: 0x7E0, _ecu.Ecu, options);

    private IIsoTpSession Tester(uint tx)
    {
        var session = _bus.Connect().OpenIsoTp(tx, tx + 8);
        session.Subscribe(message => _received.Add(Convert.ToHexString(message)));
        return session;
    }
}
