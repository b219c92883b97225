using System.Globalization;

namespace RxCan.J1939;

/// <summary>
/// The 64-bit NAME of a node, which says what it is and decides which node gets an address: the lower NAME has priority, and sorts first.
/// </summary>
/// <remarks>Source: SAE J1939-81; <c>name_t</c> of linux/can/j1939.h.</remarks>
public readonly record struct J1939Name : IComparable<J1939Name>
{
    private const int MaxIdentityNumber = 0x1F_FFFF;
    private const int MaxManufacturerCode = 0x7FF;

    /// <summary>Makes a NAME from its number.</summary>
    /// <param name="value">The number; 0 is not a valid NAME.</param>
    public J1939Name(ulong value) => Value = value;

    /// <summary>The number. On the wire its least significant byte comes first.</summary>
    public ulong Value { get; private init; }

    /// <summary>The serial number, 21 bits.</summary>
    public int IdentityNumber
    {
        get => Get(0, MaxIdentityNumber);
        init => Value = With(value, 0, MaxIdentityNumber);
    }

    /// <summary>The manufacturer, 11 bits, as SAE assigns it.</summary>
    public int ManufacturerCode
    {
        get => Get(21, MaxManufacturerCode);
        init => Value = With(value, 21, MaxManufacturerCode);
    }

    /// <summary>The ECU instance, among control units of one function instance, 3 bits.</summary>
    public int EcuInstance
    {
        get => Get(32, 7);
        init => Value = With(value, 32, 7);
    }

    /// <summary>The function instance, among control units of one function, 5 bits.</summary>
    public int FunctionInstance
    {
        get => Get(35, 0x1F);
        init => Value = With(value, 35, 0x1F);
    }

    /// <summary>The function, 8 bits; 128 and above are defined by industry group and vehicle system.</summary>
    public int Function
    {
        get => Get(40, 0xFF);
        init => Value = With(value, 40, 0xFF);
    }

    /// <summary>The vehicle system, 7 bits.</summary>
    public int VehicleSystem
    {
        get => Get(49, 0x7F);
        init => Value = With(value, 49, 0x7F);
    }

    /// <summary>The vehicle system instance, among those of one vehicle system, 4 bits.</summary>
    public int VehicleSystemInstance
    {
        get => Get(56, 0xF);
        init => Value = With(value, 56, 0xF);
    }

    /// <summary>The industry group, 3 bits: 0 global, 1 on-highway, 2 agriculture, 3 construction, 4 marine, 5 industrial.</summary>
    public int IndustryGroup
    {
        get => Get(60, 7);
        init => Value = With(value, 60, 7);
    }

    /// <summary>Whether the node claims another address when it loses one.</summary>
    public bool IsArbitraryAddressCapable
    {
        get => Get(63, 1) != 0;
        init => Value = With(value ? 1 : 0, 63, 1);
    }

    /// <summary>Whether <paramref name="left"/> has priority over <paramref name="right"/>.</summary>
    /// <param name="left">One NAME.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(J1939Name left, J1939Name right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="right"/> has priority over <paramref name="left"/>.</summary>
    /// <param name="left">One NAME.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(J1939Name left, J1939Name right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> has priority over <paramref name="right"/> or is the same.</summary>
    /// <param name="left">One NAME.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(J1939Name left, J1939Name right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="right"/> has priority over <paramref name="left"/> or is the same.</summary>
    /// <param name="left">One NAME.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(J1939Name left, J1939Name right) => left.Value >= right.Value;

    /// <summary>The NAME in the data of an address claimed message.</summary>
    /// <param name="data">8 bytes.</param>
    /// <exception cref="ArgumentException">There are not 8 bytes.</exception>
    public static J1939Name Read(ReadOnlySpan<byte> data) => data.Length == sizeof(ulong)
        ? new(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(data))
        : throw new ArgumentException($"A NAME must have 8 bytes, not {data.Length}.", nameof(data));

    /// <summary>The NAME as the data of an address claimed message.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, Value);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(J1939Name other) => Value.CompareTo(other.Value);

    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("X16", CultureInfo.InvariantCulture);

    private int Get(int shift, int max) => (int)(Value >> shift) & max;

    private ulong With(int value, int shift, int max) => value >= 0 && value <= max
        ? Value & ~((ulong)max << shift) | (ulong)value << shift
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"This field of a NAME must be 0 to {max}.");
}
