namespace RxCan.Uds;

/// <summary>A diagnostic trouble code (DTC).</summary>
/// <param name="Code">The code, 3 bytes.</param>
/// <param name="Status">Its status.</param>
/// <param name="Severity">Its severity, where the report has it.</param>
/// <param name="FunctionalUnit">The functional unit that it belongs to, where the report has it.</param>
public readonly record struct UdsDtc(uint Code, UdsDtcStatus Status, UdsDtcSeverity Severity = UdsDtcSeverity.None, byte FunctionalUnit = 0)
{
    private const int FirstDigitShift = 20;

    /// <summary>The code's name by SAE J2012, such as <c>P0123-16</c>: a letter and four digits for two bytes, and the failure type.</summary>
    /// <remarks>Meaningful in the formats <see cref="UdsDtcFormat.SaeJ2012Format00"/> and <see cref="UdsDtcFormat.SaeJ2012Format04"/>.</remarks>
    public string Name => $"{NameOf((ushort)(Code >> 8))}-{Code & 0xFF:X2}";

    /// <summary>The code's name, and its status in hexadecimal.</summary>
    public override string ToString() => $"{Name} ({(byte)Status:X2})";

    /// <summary>The name of a code of two bytes by SAE J2012, such as <c>P0123</c>.</summary>
    /// <param name="code">The code.</param>
    public static string NameOf(ushort code) => $"{"PCBU"[code >> 14]}{(code >> 12) & 3}{code & 0xFFF:X3}";

    /// <summary>The code of a name such as <c>P0123</c> or <c>P0123-16</c>: 3 bytes, the last one 0 if the name does not have it.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FormatException">It is not such a name.</exception>
    public static uint CodeOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var letter = name.Length is 5 or 8 ? "PCBU".IndexOf(name[0], StringComparison.Ordinal) : -1;
        var type = 0u;
        if (letter < 0 || name[1] is < '0' or > '3' || !TryHex(name.AsSpan(2, 3), out var digits) ||
            (name.Length == 8 && (name[5] != '-' || !TryHex(name.AsSpan(6), out type))))
        {
            throw new FormatException($"'{name}' is not the name of a trouble code. Write it as P0123 or P0123-16.");
        }

        return (uint)(letter << (FirstDigitShift + 2)) | (uint)((name[1] - '0') << FirstDigitShift) | (digits << 8) | type;
    }

    private static bool TryHex(ReadOnlySpan<char> text, out uint value) =>
        uint.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
}
