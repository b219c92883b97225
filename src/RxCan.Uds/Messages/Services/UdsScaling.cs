namespace RxCan.Uds;

/// <summary>How a part of a data record is to be read: one scaling byte with its extension.</summary>
/// <param name="Type">The kind of data, or of information about it.</param>
/// <param name="Length">The number of bytes of data; for <see cref="UdsScalingType.Formula"/> and later ones, of the extension.</param>
/// <param name="Extension">
/// The validity mask of a bit map, the formula's number and constants, the unit, or the states; otherwise empty.
/// </param>
/// <remarks>Source: ISO 14229-1:2020, C.2.</remarks>
public sealed record UdsScaling(UdsScalingType Type, int Length, ReadOnlyMemory<byte> Extension)
{
    internal static bool HasExtension(UdsScalingType type) =>
        type is UdsScalingType.BitMappedWithMask or UdsScalingType.Formula or UdsScalingType.UnitFormat or UdsScalingType.StateAndConnection;
}
