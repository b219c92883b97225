namespace RxCan.J1939;

/// <summary>As much of RxCan's parameter group number as the reader needs.</summary>
public readonly record struct J1939Pgn(uint Value)
{
    public const uint MaxValue = 0x3FFFF;
}
