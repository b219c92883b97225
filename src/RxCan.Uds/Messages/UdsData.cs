namespace RxCan.Uds;

/// <summary>The standard data identifiers for identification.</summary>
/// <remarks>Source: ISO 14229-1:2020, C.1.</remarks>
public static class UdsData
{
    /// <summary>F186: the active session.</summary>
    public static UdsDataIdentifier<UdsSession> ActiveSession { get; } =
        new(0xF186, UdsCodec.Of<UdsSession>(1, record => (UdsSession)record[0], (value, record) =>
        {
            record.GetSpan(1)[0] = (byte)value;
            record.Advance(1);
        }), "active diagnostic session");

    /// <summary>F180: the boot software.</summary>
    public static UdsDataIdentifier<byte[]> BootSoftware { get; } = new(0xF180, UdsCodec.Bytes, "boot software identification");

    /// <summary>F181: the application software.</summary>
    public static UdsDataIdentifier<byte[]> ApplicationSoftware { get; } = new(0xF181, UdsCodec.Bytes, "application software identification");

    /// <summary>F182: the application data.</summary>
    public static UdsDataIdentifier<byte[]> ApplicationData { get; } = new(0xF182, UdsCodec.Bytes, "application data identification");

    /// <summary>F187: the manufacturer's spare part number.</summary>
    public static UdsDataIdentifier<string> SparePartNumber { get; } = new(0xF187, UdsCodec.Ascii, "vehicle manufacturer spare part number");

    /// <summary>F188: the manufacturer's software number.</summary>
    public static UdsDataIdentifier<string> SoftwareNumber { get; } = new(0xF188, UdsCodec.Ascii, "vehicle manufacturer ECU software number");

    /// <summary>F189: the manufacturer's software version.</summary>
    public static UdsDataIdentifier<string> SoftwareVersion { get; } = new(0xF189, UdsCodec.Ascii, "vehicle manufacturer ECU software version number");

    /// <summary>F18A: the supplier.</summary>
    public static UdsDataIdentifier<string> Supplier { get; } = new(0xF18A, UdsCodec.Ascii, "system supplier identifier");

    /// <summary>F18C: the serial number.</summary>
    public static UdsDataIdentifier<string> SerialNumber { get; } = new(0xF18C, UdsCodec.Ascii, "ECU serial number");

    /// <summary>F190: the vehicle identification number, 17 characters.</summary>
    public static UdsDataIdentifier<string> Vin { get; } = new(0xF190, UdsCodec.FixedAscii(17), "VIN");

    /// <summary>F191: the manufacturer's hardware number.</summary>
    public static UdsDataIdentifier<string> HardwareNumber { get; } = new(0xF191, UdsCodec.Ascii, "vehicle manufacturer ECU hardware number");

    /// <summary>F192: the supplier's hardware number.</summary>
    public static UdsDataIdentifier<string> SupplierHardwareNumber { get; } = new(0xF192, UdsCodec.Ascii, "system supplier ECU hardware number");

    /// <summary>F193: the supplier's hardware version.</summary>
    public static UdsDataIdentifier<string> SupplierHardwareVersion { get; } =
        new(0xF193, UdsCodec.Ascii, "system supplier ECU hardware version number");

    /// <summary>F194: the supplier's software number.</summary>
    public static UdsDataIdentifier<string> SupplierSoftwareNumber { get; } = new(0xF194, UdsCodec.Ascii, "system supplier ECU software number");

    /// <summary>F195: the supplier's software version.</summary>
    public static UdsDataIdentifier<string> SupplierSoftwareVersion { get; } =
        new(0xF195, UdsCodec.Ascii, "system supplier ECU software version number");

    /// <summary>F197: the name of the system or the engine type.</summary>
    public static UdsDataIdentifier<string> SystemName { get; } = new(0xF197, UdsCodec.Ascii, "system name or engine type");
}
