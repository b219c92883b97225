namespace RxCan.Uds;

/// <summary>How the three bytes of a diagnostic trouble code are to be read (DTCFormatIdentifier).</summary>
/// <remarks>Source: ISO 14229-1:2020, table 319.</remarks>
public enum UdsDtcFormat : byte
{
    /// <summary>SAE J2012-DA, format 00 (ISO 15031-6): two bytes of code and one that is not used.</summary>
    SaeJ2012Format00 = 0x00,

    /// <summary>ISO 14229-1: three bytes without a given meaning.</summary>
    Iso14229 = 0x01,

    /// <summary>SAE J1939-73: SPN and FMI.</summary>
    SaeJ1939 = 0x02,

    /// <summary>ISO 11992-4.</summary>
    Iso11992 = 0x03,

    /// <summary>SAE J2012-DA, format 04 (ISO 27145-2): two bytes of code and the failure type.</summary>
    SaeJ2012Format04 = 0x04,
}
