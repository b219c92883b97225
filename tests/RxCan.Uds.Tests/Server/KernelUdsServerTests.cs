using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Server;

public class KernelUdsServerTests
{
    [Fact]
    public async Task A_server_over_the_kernels_isotp_answers_identifies_and_is_flashed()
    {
        using var vcan = new VcanTestBus();
        using var serving = vcan.Open();
        using var can = vcan.Open();
        var ecu = new TestEcu();
        using var server = serving.ServeUds(tx: 0x7E8, rx: 0x7E0, ecu.Ecu, new() { FunctionalId = 0x7DF, P2 = TimeSpan.FromSeconds(2) });
        using var client = can.OpenUds(tx: 0x7E0, rx: 0x7E8);
        var patience = TimeSpan.FromSeconds(60);
        Assert.Equal("WRXCAN00000000001", await client.ReadData(UdsData.Vin).Timeout(patience, serving.Scheduler));
        using var session = client.Session(UdsSession.Programming).Subscribe();
        await client.Unlock(TestEcu.Level, TestEcu.Key).Timeout(patience, serving.Scheduler);
        var image = new byte[100_000];
        new Random(2).NextBytes(image);
        await client.Download(0x0800_0000, image).Timeout(patience, serving.Scheduler);
        Assert.Equal(image, ecu.Flash[..image.Length]);
        using var all = can.OpenUds(RxCan.IsoTp.IsoTpAddress.FunctionalObd);
        Assert.Equal(1, await all.ReadData(0xF186).Count().Timeout(patience, serving.Scheduler));
    }
}
