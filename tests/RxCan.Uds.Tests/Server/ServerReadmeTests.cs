using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Server;

/// <summary>The code of the README of the server.</summary>
[Collection("Console")]
public class ServerReadmeTests
{
    [Fact]
    public void The_code_in_the_README_is_compiled() => ReadmeCode.AssertCompiled("src/RxCan.Uds/Server/README.md", "ServerReadmeTests.cs");

    [Fact]
    public void A_simulated_control_unit()
    {
        var time = new HistoricalScheduler();
        var bus = new VirtualCanBus(time);
        using var can = bus.Connect();

        var speed = new UdsDataIdentifier<double>(0x0105, UdsCodec.Linear(length: 2, factor: 0.01), "vehicle speed, km/h");
        var flash = new byte[1 << 20];
        var vin = "WRXCAN00000000001";
        var whenUnlocked = UdsAccess.In(UdsSession.Programming, UdsSession.Extended).Unlocked(1);

        var ecu = new UdsEcu();
        ecu.Data.Add(UdsData.SerialNumber, "RX-0001");
        ecu.Data.Add(speed, read: () => 88.5);
        ecu.Data.Add(UdsData.Vin, read: () => vin, write: value => vin = value, writeAccess: whenUnlocked);
        ecu.Security.Add(new UdsSecurityLevel(level: 1, key: seed => [.. seed.Select(b => (byte)~b)]) { MaxAttempts = 3, LockOut = TimeSpan.FromSeconds(10) });
        ecu.Memory.Add(new UdsMemoryArea(0x0800_0000, flash) { WriteAccess = whenUnlocked });
        ecu.Dtcs.Add(UdsDtc.CodeOf("P0301-00"), UdsDtcStatus.Confirmed);
        ecu.Routines.Add(new UdsRoutine(0xFF00)
        {
            Start = request => UdsReply.From(Observable.Timer(TimeSpan.FromSeconds(3), can.Scheduler).Select(_ => UdsReply.Positive)),
        });

        using IUdsServer server = can.ServeUds(tx: 0x7E8, rx: 0x7E0, ecu, new() { FunctionalId = 0x7DF });
        server.Subscribe(happened => Console.WriteLine(happened));
        ecu.Dtcs.Report(UdsDtc.CodeOf("P0302-00"), failed: true, confirmed: true);

        using var client = bus.Connect().OpenUds(0x7E0, 0x7E8);
        var (speeds, codes, routine) = (new Recorder<double>(), new Recorder<UdsDtcList>(), new Recorder<byte[]>());
        client.ReadData(speed).Subscribe(speeds);
        client.ReadDtcs(UdsDtcStatus.Confirmed).Subscribe(codes);
        client.StartRoutine(0xFF00).Subscribe(routine);
        time.AdvanceBy(TimeSpan.FromSeconds(4));
        Assert.Equal([88.5], speeds.Values);
        Assert.Equal(["P0301-00", "P0302-00"], codes.Values[0].Codes.Select(code => code.Name));
        Assert.True(routine.IsCompleted);
    }

    [Fact]
    public void An_image_is_downloaded()
    {
        var directory = Directory.CreateTempSubdirectory();
        var current = Path.Combine(directory.FullName, "flash.hex");
        using (var text = File.CreateText(current))
            new UdsImage([new(0x0800_0000, new byte[100]), new(0x0800_1000, new byte[100])]).WriteIntelHex(text);

        var time = new HistoricalScheduler();
        var bus = new VirtualCanBus(time);
        var ecu = new TestEcu();
        ecu.Flash[5] = 0xFF;
        using var server = bus.Connect().ServeUds(tx: 0x7E8, rx: 0x7E0, ecu.Ecu);
        using var client = bus.Connect().OpenUds(0x7E0, 0x7E8);
        using var session = client.Session(UdsSession.Programming).Subscribe();
        client.Unlock(TestEcu.Level, TestEcu.Key).Subscribe();
        time.AdvanceBy(TimeSpan.FromSeconds(1));
        var image = UdsImage.Load(current);
        var progress = new Recorder<UdsTransferProgress>();
        client.Download(image.Segments).Subscribe(progress);
        time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.True(progress.IsCompleted);
        Assert.Equal(0, ecu.Flash[5]);
        directory.Delete(recursive: true);
    }

    /// <summary>Compiled only: it would need the file in the working directory.</summary>
    private static void Compiled(IUdsClient client)
    {
        UdsImage image = UdsImage.Load("flash.hex");
        client.Download(image.Segments).Subscribe(progress => Console.Write($"\r{progress.Fraction:P0}"));
    }
}
