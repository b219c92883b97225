using System.Reactive.Disposables;
using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Cli.Commands;

/// <summary>A control unit that supports some UDS: enough to try a tester without a car.</summary>
internal static class Simulation
{
    /// <summary>Starts it on a connection of its own.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="tester">The tester's address.</param>
    public static IDisposable Start(string bus, IsoTpAddress tester)
    {
        var ecu = new UdsEcu();
        ecu.Data.Add(UdsData.Vin, "WRXCAN00000000001");
        ecu.Data.Add(UdsData.SerialNumber, "RX-0001");
        ecu.Data.Add(0xF195, [1, 0, 0]);
        var note = "blank"u8.ToArray();
        ecu.Data.Add(new UdsDataIdentifier<byte[]>(0x0100, UdsCodec.Bytes), () => note, value => note = value);
        ecu.Dtcs.Add(UdsDtc.CodeOf("P0301-00"), UdsDtcStatus.Confirmed | UdsDtcStatus.TestFailed);
        ecu.Dtcs.Add(UdsDtc.CodeOf("U0100-00"), UdsDtcStatus.Pending);
        ecu.Memory.Add(new UdsMemoryArea(0x0800_0000, new byte[1 << 20]) { WriteAccess = UdsAccess.Always });
        ecu.Resets.Add(UdsReset.Hard);
        var can = CanBus.Open(bus);
        return new CompositeDisposable(can.ServeUds(tester.Peer, ecu), can);
    }
}
