using System.Reactive.Linq;
using System.Text;
using RxCan;
using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Tests;

/// <summary>The code in the README, word for word.</summary>
public sealed class ReadmeTests
{
    private readonly ConsoleRecorder Console = new();

    [Fact]
    public void Every_line_of_README_code_is_compiled_here() => ReadmeCode.AssertCompiled("src/RxCan.Uds/README.md", "ReadmeTests.cs");

    [Fact]
    public async Task The_client_works_as_written()
    {
        using var time = new PassingTime();
        var bus = new VirtualCanBus(time);
        using var can = bus.Connect();
        using var other = bus.Connect();
        using var unit = other.OpenIsoTp(0x7E8, 0x7E0);
        using var answers = unit.Subscribe(request =>
        {
            if (Answer(request) is { } answer)
                unit.Send(answer);
        });
        var image = new byte[10_000];

        using IUdsClient ecu = can.OpenUds(tx: 0x7E0, rx: 0x7E8);

        string vin = await ecu.ReadData(UdsData.Vin);
        byte[] record = await ecu.ReadData(0xF18C);
        ecu.ReadDtcs(UdsDtcStatus.Confirmed).Subscribe(list => Console.WriteLine(string.Join(", ", list.Codes)));  // P0805-11 (2F)

        var oil = new UdsDataIdentifier<double>(0x2103, UdsCodec.Linear(length: 2, factor: 0.1, offset: -40), "oil temperature");
        double degrees = await ecu.ReadData(oil);
        UdsDataRecords several = await ecu.ReadData([oil, UdsData.Vin, 0xF18C]);
        Console.WriteLine(several.Read(oil));

        await ecu.StartRoutine(0x0203, [0x01], new() { PendingLimit = TimeSpan.FromMinutes(2) });
        await ecu.ControlDtcSetting(UdsDtcSetting.Off, options: new() { SuppressPositiveResponse = true });

        Assert.Equal(("WRXCAN00000000001", "52582D30303031", 60.0), (vin, Convert.ToHexString(record), degrees));
        Assert.Equal(["P0805-11 (2F)", "60"], Console.WaitForLines(2));

        using (ecu.Session(UdsSession.Programming).Subscribe(_ => { }, error => Console.WriteLine(error.Message)))
        {
            await ecu.Unlock(level: 1, key: seed => [.. seed.Select(b => (byte)~b)], new() { Attempts = 2, Delay = TimeSpan.FromSeconds(10) })
                .Do(step => Console.WriteLine($"{step.State}, {step.Attempts} keys"));
            await ecu.Download(0x0800_0000, image, new() { EraseRoutine = 0xFF00, BlockRetries = 3 })
                .Do(progress => Console.WriteLine($"{progress.Fraction:P0}"));
            await ecu.Reset();
        }

        var lines = Console.WaitForLines(9).ToArray();
        Assert.Equal(["KeySent, 1 keys", "Unlocked, 1 keys"], lines[2..4]);
        Assert.Contains("was reset", lines[^1]);
    }

    [Fact]
    public async Task Several_control_units_and_OBD_work_as_written()
    {
        using var time = new PassingTime();
        var bus = new VirtualCanBus(time);
        using var can = bus.Connect();
        using var other = bus.Connect();
        using var unit = other.OpenIsoTp(0x7E8, 0x7E0);
        using var listener = other.OpenIsoTp(IsoTpAddress.Normal(0x7E8, 0x7DF).WithFunctionalRx());
        using var answers = listener.Subscribe(request =>
        {
            if (Answer(request) is { } answer)
                unit.Send(answer);
        });

        using IUdsClient all = can.OpenUds(IsoTpAddress.FunctionalObd, new() { P2 = TimeSpan.FromMilliseconds(100) });
        all.ReadData(UdsData.Vin).ByEcu.Subscribe(answer => Console.WriteLine(answer));
        Assert.Equal(["7E0 -> 7E8: WRXCAN00000000001"], Console.WaitForLines(1));

        using IUdsClient obd = can.OpenObd();
        obd.ReadSupportedPids().Subscribe(ecu => Console.WriteLine(ecu));       // 7E0 -> 7E8: 01 03 04 05 0C 0D
        obd.ReadObd(0x0C, 0x0D).ByEcu.Subscribe(answer => Console.WriteLine(string.Join(", ", answer.Value)));  // Engine speed: 1726 rpm
        obd.ReadObdDtcs().Subscribe(codes => Console.WriteLine(string.Join(' ', codes)));  // P0133 U0100
        string number = await obd.ReadVin();

        Assert.Equal("WRXCAN00000000001", number);
        Assert.Equal(
            ["7E0 -> 7E8: 01 03 04 05 0C 0D", "Engine speed: 1726 rpm, Vehicle speed: 0 km/h", "P0133 U0100"],
            Console.WaitForLines(4).Skip(1));
    }

    private static byte[]? Answer(byte[] request) => request switch
    {
        [0x22, 0xF1, 0x90] => [0x62, 0xF1, 0x90, .. "WRXCAN00000000001"u8],
        [0x22, 0xF1, 0x8C] => [0x62, 0xF1, 0x8C, .. "RX-0001"u8],
        [0x22, 0x21, 0x03] => [0x62, 0x21, 0x03, 0x03, 0xE8],
        [0x22, ..] => [0x62, 0x21, 0x03, 0x03, 0xE8, 0xF1, 0x90, .. "WRXCAN00000000001"u8, 0xF1, 0x8C, .. "RX-0001"u8],
        [0x19, 0x02, _] => [0x59, 0x02, 0xFF, 0x08, 0x05, 0x11, 0x2F],
        [0x31, 0x01, var high, var low, ..] => [0x71, 0x01, high, low, 0x00],
        [0x10, var session] => [0x50, session, 0x00, 0x32, 0x01, 0xF4],
        [0x27, 0x01] => [0x67, 0x01, 0x12, 0x34],
        [0x27, 0x02, 0xED, 0xCB] => [0x67, 0x02],
        [0x34, ..] => [0x74, 0x20, 0x0F, 0xFF],
        [0x36, var counter, ..] => [0x76, counter],
        [0x37] => [0x77],
        [0x11, var reset] => [0x51, reset],
        [0x01, 0x00] => [0x41, 0x00, 0xB8, 0x18, 0x00, 0x00],
        [0x01, 0x0C, 0x0D] => [0x41, 0x0C, 0x1A, 0xF8, 0x0D, 0x00],
        [0x03] => [0x43, 2, 0x01, 0x33, 0xC1, 0x00],
        [0x09, 0x02] => [0x49, 0x02, 0x01, .. "WRXCAN00000000001"u8],
        _ => null,
    };
}
