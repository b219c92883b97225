namespace RxCan.Uds;

/// <summary>A trouble code of OBD-II, two bytes.</summary>
/// <param name="Code">The code.</param>
public readonly record struct ObdDtc(ushort Code)
{
    /// <summary>The code's name by SAE J2012, such as <c>P0123</c>.</summary>
    public override string ToString() => UdsDtc.NameOf(Code);
}
