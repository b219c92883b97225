using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Server;

public class KernelUdsServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_server_over_the_kernels_isotp_answers_identifies_and_is_flashed()
    {
        using var vcan = new VcanTestBus();
        using var serving = vcan.Open();
        using var can = vcan.Open();
        var ecu = new TestEcu();
        using var server = serving.ServeUds(tx: 0x7E8, rx: 0x7E0, ecu.Ecu, new() { FunctionalId = 0x7DF, P2 = Patience, S3 = Patience });
        using var client = can.OpenUds(tx: 0x7E0, rx: 0x7E8, new() { P2 = Patience });
        Assert.Equal("WRXCAN00000000001", await client.ReadData(UdsData.Vin).Timeout(Patience, serving.Scheduler));
        using var session = client.Session(UdsSession.Programming).Subscribe();
        await client.Unlock(TestEcu.Level, TestEcu.Key).Timeout(Patience, serving.Scheduler);
        var image = new byte[100_000];
        new Random(2).NextBytes(image);
        await client.Download(0x0800_0000, image).Timeout(Patience, serving.Scheduler);
        Assert.Equal(image, ecu.Flash[..image.Length]);
        using var all = can.OpenUds(RxCan.IsoTp.IsoTpAddress.FunctionalObd, new() { P2 = Patience });
        Assert.Equal((byte)UdsSession.Programming, (await all.ReadData(0xF186).Take(1).Timeout(Patience, serving.Scheduler)).Single());
    }

    [Fact]
    public async Task Clients_and_control_units_that_share_a_bus_do_not_take_each_others_messages()
    {
        const int Units = 64, Requests = 100;
        var identifier = new UdsDataIdentifier<byte[]>(0xF200, UdsCodec.Bytes);
        using var vcan = new VcanTestBus();
        using var serving = vcan.Open();
        using var can = vcan.Open();
        using var all = new System.Reactive.Disposables.CompositeDisposable();
        var clients = new List<IUdsClient>();
        for (var i = 0; i < Units; i++)
        {
            var (unit, count) = ((byte)i, 0);
            var ecu = new UdsEcu();
            ecu.Data.Add(identifier, () => [unit, .. BitConverter.GetBytes(count++), .. Pattern.P(unit)]);
            all.Add(serving.ServeUds(tx: 0x600u + unit, rx: 0x500u + unit, ecu, new() { P2 = Patience }));
            clients.Add(can.OpenUds(tx: 0x500u + unit, rx: 0x600u + unit, new() { P2 = Patience }));
            all.Add(clients[^1]);
        }

        var answers = await Task.WhenAll(clients.Select(client => Observable.Range(0, Requests)
            .Select(_ => client.ReadData(identifier)).Concat().ToList().Timeout(Patience * 4, serving.Scheduler).ToTask()));

        for (var i = 0; i < Units; i++)
            Assert.Equal(Enumerable.Range(0, Requests).Select(count => (byte[])[(byte)i, .. BitConverter.GetBytes(count), .. Pattern.P(i)]), answers[i]);
    }

    [Fact]
    public async Task A_download_fails_when_its_interface_is_removed_and_another_one_succeeds_when_it_is_back()
    {
        var image = Pattern.P(200_000);
        var ecu = new TestEcu();
        using var vcan = new VcanTestBus();
        using var serving = vcan.Open();
        using var can = vcan.Open();
        using var frames = can.Reconnect().Record();
        using var servedFrames = serving.Reconnect().Record();
        var isRemoved = 0;

        Task<UdsTransferProgress> Flash(IUdsClient client, Action begun) => client.Session(UdsSession.Programming)
            .SelectMany(_ => client.Unlock(TestEcu.Level, TestEcu.Key).LastAsync())
            .SelectMany(_ => client.Download(0x0800_0000, image).Do(_ => begun()).LastAsync())
            .Take(1).Timeout(Patience * 2, serving.Scheduler).ToTask();

        using (serving.ServeUds(tx: 0x7E8, rx: 0x7E0, ecu.Ecu, new() { P2 = Patience }))
        using (var client = can.OpenUds(tx: 0x7E0, rx: 0x7E8, new() { P2 = Patience }))
        {
            var error = await Record.ExceptionAsync(() => Flash(client, () =>
            {
                if (Interlocked.Exchange(ref isRemoved, 1) == 0)
                    vcan.Remove();
            }));
            Assert.IsAssignableFrom<CanBusException>(error);
        }

        vcan.Restore();
        var (before, servedBefore) = (frames.Values.Count, servedFrames.Values.Count);
        Eventually.True(
            () => can.TrySend(new CanFrame(1, []), out _) && serving.TrySend(new CanFrame(2, []), out _) &&
                frames.Values.Count > before && servedFrames.Values.Count > servedBefore,
            "both buses receive again");
        using var server = serving.ServeUds(tx: 0x7E8, rx: 0x7E0, ecu.Ecu, new() { P2 = Patience });
        using var again = can.OpenUds(tx: 0x7E0, rx: 0x7E8, new() { P2 = Patience });
        await Flash(again, () => { });
        Assert.Equal(image, ecu.Flash[..image.Length]);
    }
}
