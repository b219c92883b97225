namespace RxCan.Uds;

/// <summary>The kinds of scaling bytes.</summary>
/// <remarks>Source: ISO 14229-1:2020, table C.2.</remarks>
public enum UdsScalingType : byte
{
    /// <summary>An unsigned number.</summary>
    UnsignedNumeric = 0x0,

    /// <summary>A signed number, two's complement.</summary>
    SignedNumeric = 0x1,

    /// <summary>Bits, whose validity mask is in the extension (bitMappedReportedWithOutMask).</summary>
    BitMappedWithMask = 0x2,

    /// <summary>Bits with the mask in the data.</summary>
    BitMapped = 0x3,

    /// <summary>Binary coded decimals.</summary>
    BinaryCodedDecimal = 0x4,

    /// <summary>A state, one byte.</summary>
    StateEncoded = 0x5,

    /// <summary>ASCII.</summary>
    Ascii = 0x6,

    /// <summary>A floating-point number, IEEE 754.</summary>
    SignedFloatingPoint = 0x7,

    /// <summary>A packet.</summary>
    Packet = 0x8,

    /// <summary>A formula.</summary>
    Formula = 0x9,

    /// <summary>A unit and a format.</summary>
    UnitFormat = 0xA,

    /// <summary>States and connections of an input or output.</summary>
    StateAndConnection = 0xB,
}
