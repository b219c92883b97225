using CsCheck;

namespace RxCan.Tests.Frames;

/// <summary>How many random cases a property is tested with, and which frames.</summary>
internal static class Cases
{
    public static readonly int Count = RandomCases.Of(2_000);

    public static readonly Gen<CanId> Id = Gen.OneOf(
        Gen.UInt[0, CanId.MaxStandard].Select(CanId.Standard),
        Gen.UInt[0, CanId.MaxExtended].Select(CanId.Extended));

    // Bit stuffing is about runs of equal bits.
    private static readonly Gen<byte> DataByte = Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0x00, 0xFF, 0x0F, 0xF0, 0x3C, 0xC3));

    public static readonly Gen<CanFrame> Classic = Gen.OneOf(
        Gen.Select(Id, DataByte.Array[0, 8], (id, data) => new CanFrame(id, data)),
        Gen.Select(Id, DataByte.Array[8], Gen.Int[8, 15], (id, data, dlc) => new CanFrame(id, data).WithDlc(dlc)),
        Gen.Select(Id, Gen.Int[0, 8], CanFrame.Remote));

    public static readonly Gen<CanFrame> Fd = Gen.Select(
        Id, Gen.Int[0, 15].SelectMany(dlc => DataByte.Array[CanFrame.FdLengths[dlc]]), Gen.Bool, Gen.Bool, (id, data, brs, esi) => CanFrame.Fd(id, data, brs, esi));
}
