using System.Reactive.Linq;
using RxCan;
using RxCan.Uds;

/// <summary>A control unit with an identity, two trouble codes, a lock, and 1 MB of flash memory that must be erased before it is written.</summary>
internal sealed class EcuSimulator : IDisposable
{
    public const byte Level = 1;
    public const ulong FlashAddress = 0x0800_0000;
    public const int FlashLength = 1 << 20;
    public const ushort Erase = 0xFF00, CheckSum = 0x0202;

    private static readonly UdsAccess WhenUnlocked = UdsAccess.In(UdsSession.Programming).Unlocked(Level);

    private readonly byte[] _flash = new byte[FlashLength];
    private readonly IUdsServer _server;

    /// <summary>Starts it.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="requests">The identifier of the tester's requests.</param>
    /// <param name="responses">The identifier of its responses.</param>
    public EcuSimulator(ICanBus can, CanId requests, CanId responses)
    {
        var ecu = new UdsEcu();
        ecu.Data.Add(UdsData.Vin, "WRXCAN00000000001");
        ecu.Data.Add(UdsData.SerialNumber, "RX-0001");
        ecu.Data.Add(UdsData.SoftwareVersion, () => _flash[0] == 0 ? "none" : $"1.{_flash[0]}");
        ecu.Dtcs.Add(UdsDtc.CodeOf("P0301-00"), UdsDtcStatus.Confirmed | UdsDtcStatus.TestFailed | UdsDtcStatus.WarningIndicatorRequested);
        ecu.Dtcs.Add(UdsDtc.CodeOf("U0121-87"), UdsDtcStatus.Confirmed | UdsDtcStatus.TestFailedSinceLastClear);
        ecu.Security.Add(new UdsSecurityLevel(Level, Key));
        ecu.Memory.Add(new UdsMemoryArea(FlashAddress, _flash) { WriteAccess = WhenUnlocked });
        ecu.Routines.Add(new UdsRoutine(Erase)
        {
            Access = WhenUnlocked,
            // Erasing takes 1.5 s: until then, the server sends "response pending" in time.
            Start = _ => UdsReply.From(Observable.Timer(TimeSpan.FromSeconds(1.5), can.Scheduler).Select(_ =>
            {
                _flash.AsSpan().Fill(0xFF);
                return UdsReply.Positive;
            })),
        });
        ecu.Routines.Add(new UdsRoutine(CheckSum)
        {
            Access = WhenUnlocked,
            Start = request => request.Data.Span.SequenceEqual(Sum(_flash)) ? (byte[])[0] : [1],
        });
        _server = can.ServeUds(tx: responses, rx: requests, ecu, new() { P2 = TimeSpan.FromSeconds(2) }); // a desktop may stall for longer than 50 ms
    }

    /// <summary>The key for a seed. A real one is a secret.</summary>
    public static byte[] Key(byte[] seed) => [.. seed.Select(part => (byte)(part ^ 0xA5))];

    /// <summary>The sum of all bytes, in four bytes.</summary>
    public static byte[] Sum(ReadOnlySpan<byte> data)
    {
        var sum = 0u;
        foreach (var next in data)
            sum += next;
        return [(byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum];
    }

    public void Dispose() => _server.Dispose();
}
