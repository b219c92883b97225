// Reads the identity and the trouble codes of a control unit, unlocks it and flashes it. On a virtual bus, a simulated control unit answers.
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using RxCan;
using RxCan.Uds;

if (args.Length is not (1 or 3 or 4) || (args.Length > 1 && !(CanId.TryParse(args[1], null, out _) && CanId.TryParse(args[2], null, out _))))
{
    Console.Error.WriteLine("""
        usage: Diagnostics <interface> [<tx> <rx>] [<image>]
          Diagnostics virtual:demo               a simulated control unit answers
          Diagnostics vcan0                      the same on an interface
          Diagnostics can0 7E0 7E8               identity and trouble codes of a real one
          Diagnostics can0 7E0 7E8 flash.hex     ... and flashes it: Intel HEX or S-records, with the simulator's key and routines
        """);
    return 2;
}

try
{
    var isSimulated = args.Length == 1;
    var (tx, rx) = isSimulated ? (new CanId(0x7E0), new CanId(0x7E8)) : (CanId.Parse(args[1], null), CanId.Parse(args[2], null));
    using var can = CanBus.Open(args[0]);
    using var simulatedBus = isSimulated ? CanBus.Open(args[0]) : null;
    using var simulator = simulatedBus is null ? null : new EcuSimulator(simulatedBus, requests: tx, responses: rx);
    using var ecu = can.OpenUds(tx, rx);

    Console.WriteLine($"VIN              {await ecu.ReadData(UdsData.Vin)}");
    Console.WriteLine($"serial number    {await ecu.ReadData(UdsData.SerialNumber)}");
    Console.WriteLine($"software version {await ecu.ReadData(UdsData.SoftwareVersion)}");
    foreach (var code in (await ecu.ReadDtcs(UdsDtcStatus.Confirmed)).Codes)
        Console.WriteLine($"trouble code     {code.Name}: {code.Status}");
    if (isSimulated || args.Length == 4)
        await Flash(ecu, isSimulated ? Demo() : UdsImage.Load(args[3]));
    Console.WriteLine($"software version {await ecu.ReadData(UdsData.SoftwareVersion)}");
    return 0;
}
catch (Exception e) when (e is IOException or TimeoutException or FormatException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// The session lives as long as its subscription; disposing it returns to the default session, whatever happened.
static async Task Flash(IUdsClient ecu, UdsImage image)
{
    using var session = ecu.Session(UdsSession.Programming).Subscribe();
    await ecu.Unlock(EcuSimulator.Level, EcuSimulator.Key);
    var options = new UdsTransferOptions
    {
        EraseRoutine = EcuSimulator.Erase,
        Checksum = new(EcuSimulator.CheckSum, segment => EcuSimulator.Sum(segment.Data.Span)),
    };
    var shown = -1;
    await ecu.Download(image.Segments, options).Do(progress =>
    {
        const int width = 40;
        var done = (int)(width * progress.Fraction);
        if (done == shown)
            return;
        shown = done;
        Console.Write($"\rflashing         [{new string('#', done)}{new string('.', width - done)}] {progress.Fraction:P0}");
    }).LastAsync();
    Console.WriteLine();
}

// 1 MB, through a file's format and back.
static UdsImage Demo()
{
    var data = new byte[EcuSimulator.FlashLength];
    new Random(1).NextBytes(data);
    data[0] = 42;
    var text = new StringWriter();
    new UdsImage([new(EcuSimulator.FlashAddress, data)]).WriteIntelHex(text);
    return UdsImage.Read(new StringReader(text.ToString()));
}
