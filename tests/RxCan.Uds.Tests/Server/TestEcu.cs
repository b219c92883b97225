using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Uds;

namespace RxCan.Tests.Server;

/// <summary>A control unit that has some of everything.</summary>
internal sealed class TestEcu
{
    public const int Level = 1;

    public TestEcu()
    {
        var extended = UdsAccess.In(UdsSession.Extended, UdsSession.Programming);
        Ecu = new()
        {
            Files = new() { ["/log/one.txt"] = "hello"u8.ToArray(), ["/log/two.txt"] = [1, 2, 3] },
            ShortestTiming = (TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1)),
            SecuredChannel = new(
                secured => secured.Signature.Span is [0xAA] ? secured.Message.ToArray() : UdsNegativeResponseCode.SecureDataVerificationFailed,
                (secured, response) => secured with { Message = response }),
        };
        Ecu.Data.Add(UdsData.Vin, () => Vin, vin => Vin = vin, writeAccess: extended.Unlocked(Level));
        Ecu.Data.Add(new UdsDataItem(new(0xF200, 2)) { Read = _ => (byte[])[(byte)(Speed >> 8), (byte)Speed] });
        Ecu.Data.Add(new UdsDataItem(new(0x0105, 1))
        {
            Read = _ => (byte[])[0x5A],
            Scaling = [new(UdsScalingType.UnsignedNumeric, 1, default), new(UdsScalingType.UnitFormat, 1, new byte[] { 0x30 })],
        });
        Ecu.Data.Add(new UdsDataItem(0x0200) { Read = _ => UdsReply.From(Slow) });
        Ecu.Data.Add(new UdsDataItem(0x0201) { Read = _ => UdsNegativeResponseCode.EngineIsRunning });
        Ecu.Data.Add(new UdsDataItem(0x0202) { Read = _ => throw new InvalidOperationException("broken") });
        Ecu.Data.Add(new UdsDataItem(0x0203) { Read = _ => (byte[])[1], ReadAccess = UdsAccess.Always.Unlocked(Level) });
        Ecu.Data.Add(new UdsDataItem(0x0204) { Read = _ => (byte[])[4], ReadAccess = extended });
        Ecu.Data.Add(new UdsDataItem(new(0x0205, 2))
        {
            Write = r => r.Data.Span is [0, ..] ? UdsNegativeResponseCode.RequestOutOfRange : UdsReply.Positive,
            WriteAccess = new() { Condition = _ => IsMoving ? UdsNegativeResponseCode.VehicleSpeedTooHigh : 0 },
        });
        Ecu.Data.Add(new UdsDataItem(new(0x0300, 1))
        {
            Control = r =>
            {
                Controlled.Add(r.Control);
                return r.Control == UdsIOControl.ShortTermAdjustment ? r.Data.ToArray() : (byte[])[0x11];
            },
        });
        Ecu.Data.Add(0x0400, new byte[5000]);
        Ecu.Dtcs.Add(new UdsStoredDtc(0x0A9B17)
        {
            Status = (UdsDtcStatus)0x2F,
            Severity = UdsDtcSeverity.CheckAtNextHalt,
            FunctionalUnit = 0x10,
            IsEmissions = true,
            IsMirrored = true,
            FunctionalGroup = 0x33,
            ReadinessGroup = 0x01,
            Snapshots = new Dictionary<byte, IReadOnlyList<(ushort, byte[])>> { [2] = [(0x4711, [0xA6, 0x66]), (0x4712, [0x07])] },
            ExtendedData = new Dictionary<byte, byte[]> { [5] = [0x17], [0x91] = [0x79] },
        });
        Ecu.Dtcs.Add(new UdsStoredDtc(0x080511) { Status = (UdsDtcStatus)0x24, FaultDetectionCounter = 0x60, IsPermanent = true });
        Ecu.Dtcs.Add(0xC07300, (UdsDtcStatus)0x50);
        Ecu.Dtcs.Add(new UdsStoredDtc(0x123456) { Status = (UdsDtcStatus)0x09, Memory = 0x18, ExtendedData = new Dictionary<byte, byte[]> { [1] = [9] } });
        Ecu.Routines.Add(new UdsRoutine(0x0201)
        {
            Start = r => r.Data.ToArray(),
            Stop = _ => (byte[])[0x30],
            Results = _ => (byte[])[0x30, 0x33],
            OptionLength = 2,
        });
        Ecu.Routines.Add(new UdsRoutine(0xFF00) { Start = _ => UdsReply.From(Slow), Access = extended.Unlocked(Level) });
        Ecu.Security.Add(new UdsSecurityLevel(Level, Key)
        {
            Seed = _ => [0x36, 0x57],
            MaxAttempts = 2,
            LockOut = TimeSpan.FromSeconds(10),
        });
        Ecu.Security.Add(new UdsSecurityLevel(0x11, Key) { StartDelay = TimeSpan.FromSeconds(7), RecordLength = 1, Access = extended });
        Ecu.Memory.Add(new UdsMemoryArea(0x2048_1300, Ram));
        Ecu.Memory.Add(new UdsMemoryArea(0x0800_0000, Flash) { WriteAccess = UdsAccess.In(UdsSession.Programming).Unlocked(Level) });
        Ecu.Memory.Add(new UdsMemoryArea(0x1000, new byte[16]) { WriteAccess = null });
        Ecu.BitRates.Add(500_000);
        Ecu.BitRates.Add(150_000);
        Ecu.Serve(UdsService.Authentication, r => r.Data.Span is [_] ? Authenticate(r.Data.Span[0]) : UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat);
        Ecu.Serve((UdsService)0xBA, r => r.Data.ToArray(), new() { Authenticated = true });
    }

    public UdsEcu Ecu { get; }

    public string Vin { get; set; } = "WRXCAN00000000001";

    public int Speed { get; set; } = 0x1234;

    public bool IsMoving { get; set; }

    public byte[] Ram { get; } = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    public byte[] Flash { get; } = new byte[1 << 20];

    public List<UdsIOControl> Controlled { get; } = [];

    /// <summary>What slow handlers wait for.</summary>
    public Subject<UdsReply> Slow { get; } = new();

    public static byte[] Key(byte[] seed) => [.. seed.Select(b => (byte)~b)];

    private static UdsReply Authenticate(byte task) => task switch
    {
        0x00 => (byte[])[task, (byte)UdsAuthenticationResult.DeAuthenticationSuccessful],
        0x08 => (byte[])[task, (byte)UdsAuthenticationResult.OwnershipVerifiedAuthenticationComplete],
        _ => UdsNegativeResponseCode.SubFunctionNotSupported,
    };
}
