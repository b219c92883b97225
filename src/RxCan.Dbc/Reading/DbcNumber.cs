namespace RxCan.Dbc;

/// <summary>A number of a file.</summary>
/// <param name="Value">The number, or the nearest.</param>
/// <param name="Integer">The exact number, if it is an integer; one of 64 unsigned bits as the <see cref="long"/> with the same bits.</param>
/// <param name="IsInteger">Whether it is an integer of at most 64 bits.</param>
/// <param name="IsNegative">Whether it has a minus.</param>
internal readonly record struct DbcNumber(double Value, long Integer, bool IsInteger, bool IsNegative);
