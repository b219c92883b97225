namespace RxCan.Uds;

/// <summary>The unit and scaling identifiers of service 06; from 0x80 on, numbers are signed.</summary>
/// <remarks>Source: SAE J1979-DA, appendix E.</remarks>
internal static class ObdScaling
{
    private const byte FirstSigned = 0x80;

    public static ObdTestResult Result(byte monitor, byte test, byte scaling, ushort value, ushort min, ushort max)
    {
        var (factor, offset, unit) = Of(scaling);
        return new(monitor, test, scaling, Scaled(value), Scaled(min), Scaled(max), unit);

        double Scaled(ushort raw) => Math.Round(((scaling >= FirstSigned ? (short)raw : raw) * factor) + offset, 9);
    }

    private static (double Factor, double Offset, string Unit) Of(byte scaling) => scaling switch
    {
        0x02 or 0x82 => (0.1, 0, ""),
        0x03 or 0x83 => (0.01, 0, ""),
        0x04 or 0x84 => (0.001, 0, ""),
        0x05 or 0x85 => (1 / 32768.0, 0, ""),
        0x06 or 0x86 => (20 / 65536.0, 0, ""),
        0x07 => (0.25, 0, "rpm"),
        0x08 => (0.01, 0, "km/h"),
        0x09 => (1, 0, "km/h"),
        0x0A or 0x8A => (0.122, 0, "mV"),
        0x0B or 0x8B => (0.001, 0, "V"),
        0x0C or 0x8C => (0.01, 0, "V"),
        0x0D or 0x8D => (1 / 256.0, 0, "mA"),
        0x0E or 0x8E => (0.001, 0, "A"),
        0x0F => (0.01, 0, "A"),
        0x10 or 0x90 => (0.001, 0, "s"),
        0x11 => (0.1, 0, "s"),
        0x12 => (1, 0, "s"),
        0x13 => (0.001, 0, "Ω"),
        0x14 => (1, 0, "Ω"),
        0x15 => (1, 0, "kΩ"),
        0x16 => (0.1, -40, "°C"),
        0x96 => (0.1, 0, "°C"),
        0x17 => (0.01, 0, "kPa"),
        0x18 => (0.0117, 0, "kPa"),
        0x19 => (0.079, 0, "kPa"),
        0x1A => (1, 0, "kPa"),
        0x1B => (10, 0, "kPa"),
        0x1C or 0x9C => (0.01, 0, "°"),
        0x1D or 0x9D => (0.5, 0, "°"),
        0x1E => (1 / 32768.0, 0, ""),
        0x1F => (0.05, 0, ""),
        0x20 => (1 / 256.0, 0, ""),
        0x21 => (0.001, 0, "Hz"),
        0x22 => (1, 0, "Hz"),
        0x23 => (1, 0, "kHz"),
        0x24 => (1, 0, "counts"),
        0x25 => (1, 0, "km"),
        0x26 => (0.1, 0, "mV/ms"),
        0x27 => (0.01, 0, "g/s"),
        0x28 or 0xA8 => (1, 0, "g/s"),
        0x29 or 0xA9 => (0.25, 0, "Pa/s"),
        0x2A => (0.001, 0, "kg/h"),
        0x2B => (1, 0, "switches"),
        0x2C => (0.01, 0, "g/cyl"),
        0x2D or 0xAD => (0.01, 0, "mg/stroke"),
        0xAE => (0.1, 0, "mg/stroke"),
        0x2F or 0xAF => (0.01, 0, "%"),
        0x30 => (100 / 65536.0, 0, "%"),
        0xB0 => (100 / 32768.0, 0, "%"),
        0x31 => (0.001, 0, "L"),
        0x32 => (1 / 32768.0, 0, "inch"),
        0x33 => (1 / 4096.0, 0, ""),
        0x34 => (1, 0, "min"),
        0x35 => (0.01, 0, "s"),
        0x36 => (0.01, 0, "g"),
        0x37 => (0.1, 0, "g"),
        0x38 => (1, 0, "g"),
        0x39 => (0.01, -327.68, "%"),
        0xB1 => (2, 0, "mV/s"),
        0xFC => (0.01, 0, "kPa"),
        0xFD => (0.001, 0, "kPa"),
        0xFE => (0.25, 0, "Pa"),
        _ => (1, 0, ""),
    };
}
