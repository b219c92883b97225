namespace RxCan.Uds;

/// <summary>A trouble code that a server knows, with its status and what is stored with it. It is a value: <see cref="UdsDtcStore.Set"/> changes it.</summary>
/// <param name="Code">The code, three bytes.</param>
public sealed record UdsStoredDtc(uint Code)
{
    /// <summary>The status of a code that has not been tested since it was cleared.</summary>
    public const UdsDtcStatus Cleared = UdsDtcStatus.TestNotCompletedSinceLastClear | UdsDtcStatus.TestNotCompletedThisOperationCycle;

    /// <summary>The code, three bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is above FFFFFF.</exception>
    public uint Code { get; } = Code <= UdsDtcGroup.All
        ? Code : throw new ArgumentOutOfRangeException(nameof(Code), Code, "A trouble code has three bytes.");

    /// <summary>The status.</summary>
    public UdsDtcStatus Status { get; init; } = Cleared;

    /// <summary>The severity and the class.</summary>
    public UdsDtcSeverity Severity { get; init; }

    /// <summary>The functional unit that reports it.</summary>
    public byte FunctionalUnit { get; init; }

    /// <summary>The fault detection counter, -128 (passed) to 127 (failed).</summary>
    public sbyte FaultDetectionCounter { get; init; }

    /// <summary>The user-defined memory in which it is stored (MemorySelection); null for the primary memory.</summary>
    public byte? Memory { get; init; }

    /// <summary>Whether the mirror memory has it too.</summary>
    public bool IsMirrored { get; init; }

    /// <summary>Whether it is related to emissions (reports 12 and 13, group FFFF33).</summary>
    public bool IsEmissions { get; init; }

    /// <summary>Whether it has permanent status: clearing does not end that.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>The functional group of WWH-OBD: 33 for emissions, D0 for safety, FE for VOBD; null for none.</summary>
    public byte? FunctionalGroup { get; init; }

    /// <summary>The readiness group; null for none.</summary>
    public byte? ReadinessGroup { get; init; }

    /// <summary>The snapshot records by number, each with the identifiers and their records.</summary>
    public IReadOnlyDictionary<byte, IReadOnlyList<(ushort Identifier, byte[] Record)>> Snapshots { get; init; } =
        new Dictionary<byte, IReadOnlyList<(ushort, byte[])>>();

    /// <summary>The extended data records by number.</summary>
    public IReadOnlyDictionary<byte, byte[]> ExtendedData { get; init; } = new Dictionary<byte, byte[]>();
}
