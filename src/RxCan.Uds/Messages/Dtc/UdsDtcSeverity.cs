namespace RxCan.Uds;

/// <summary>The severity of a diagnostic trouble code (bits 5 to 7) and its class (bits 0 to 4), and masks of both.</summary>
/// <remarks>Source: ISO 14229-1:2020, D.3.</remarks>
[Flags]
public enum UdsDtcSeverity : byte
{
    /// <summary>No information.</summary>
    None = 0x00,

    /// <summary>Class 0: unclassified.</summary>
    Class0 = 0x01,

    /// <summary>Class 1 (GTR module B, class A).</summary>
    Class1 = 0x02,

    /// <summary>Class 2 (GTR module B, class B1).</summary>
    Class2 = 0x04,

    /// <summary>Class 3 (GTR module B, class B2).</summary>
    Class3 = 0x08,

    /// <summary>Class 4 (GTR module B, class C).</summary>
    Class4 = 0x10,

    /// <summary>Maintenance only.</summary>
    MaintenanceOnly = 0x20,

    /// <summary>Check at the next halt.</summary>
    CheckAtNextHalt = 0x40,

    /// <summary>Check immediately.</summary>
    CheckImmediately = 0x80,

    /// <summary>Every bit.</summary>
    All = 0xFF,
}
