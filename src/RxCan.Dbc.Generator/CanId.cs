namespace RxCan;

/// <summary>As much of RxCan's identifier as the reader needs: this assembly cannot refer to RxCan.</summary>
public readonly record struct CanId
{
    public const uint MaxStandard = 0x7FF;
    public const uint MaxExtended = 0x1FFF_FFFF;

    private CanId(uint value, bool isExtended) => (Value, IsExtended) = (value, isExtended);

    public uint Value { get; }

    public bool IsExtended { get; }

    public static CanId Standard(uint value) => new(value, false);

    public static CanId Extended(uint value) => new(value, true);

    public override string ToString() => Value.ToString(IsExtended ? "X8" : "X3", System.Globalization.CultureInfo.InvariantCulture);
}
