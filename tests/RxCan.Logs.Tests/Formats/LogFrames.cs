using CsCheck;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>Random frames of every kind, and logs in memory.</summary>
internal static class LogFrames
{
    private static readonly Gen<CanId> Id = Gen.Frequency(
        (3, Gen.UInt[0, CanId.MaxStandard].Select(CanId.Standard)), (2, Gen.UInt[0, CanId.MaxExtended].Select(CanId.Extended)));

    private static readonly Gen<CanFrame> Kind = Gen.Frequency(
        (4, Gen.Select(Id, Gen.Byte.Array[0, 8], (id, data) => new CanFrame(id, data))),
        (1, Gen.Select(Id, Gen.Byte.Array[8], Gen.Int[9, 15], (id, data, dlc) => new CanFrame(id, data).WithDlc(dlc))),
        (1, Gen.Select(Id, Gen.Int[0, 8], CanFrame.Remote)),
        (1, Gen.Select(Id, Gen.Int[9, 15], (id, dlc) => CanFrame.Remote(id, 8).WithDlc(dlc))),
        (2, Gen.Select(Id, Gen.Int[0, 15], Gen.Byte.Array[64], Gen.Bool, Gen.Bool, (id, dlc, data, brs, esi) =>
            CanFrame.Fd(id, data.AsSpan(0, CanFrame.FdLengths[dlc]), brs, esi))),
        (1, Gen.Select(Gen.Int[0, 0x1FFF_FFFF], Gen.Byte.Array[8], (kind, data) => CanFrame.Parse($"{0x2000_0000 | kind:X8}#{Convert.ToHexString(data)}"))));

    /// <summary>Frames from two interfaces in both directions, at times to the nanosecond that also go back.</summary>
    public static readonly Gen<CanFrame[]> Some = Gen.Select(
        Kind, Gen.Int[0, 1], Gen.Bool, Gen.Long[1_700_000_000_000_000_000, 1_700_000_900_000_000_000],
        (frame, channel, isSent, time) => frame.WithInterface($"can{channel}").WithOrigin(isSent).WithUnixTimeNanoseconds(time)).Array[0, 20];

    public static byte[] Write(CanLogFormat format, CanLogWriteOptions options, params IEnumerable<CanFrame> frames)
    {
        var stream = new MemoryStream();
        using (var writer = CanLog.Create(stream, format, options))
        {
            foreach (var frame in frames)
                writer.Write(frame);
        }

        return stream.ToArray();
    }

    /// <summary>The frames, and the damages between them.</summary>
    public static (List<CanFrame> Frames, List<CanLogException> Damage) Read(byte[] log, CanLogFormat? format = null)
    {
        var frames = new List<CanFrame>();
        var damage = new List<CanLogException>();
        try
        {
            using var reader = LogFormats.OpenReader(new MemoryStream(log), new() { Format = format });
            while (true)
            {
                try
                {
                    if (!reader.Read(out var frame))
                        break;
                    frames.Add(frame);
                }
                catch (CanLogException e)
                {
                    damage.Add(e);
                    if (!reader.TrySkip())
                        break;
                }
            }
        }
        catch (CanLogException e)
        {
            damage.Add(e);
        }

        return (frames, damage);
    }

    /// <summary>Everything that a log can tell about a frame.</summary>
    public static string Describe(CanFrame frame) => $"{frame.UnixTimeNanoseconds} {frame.Interface} {frame} {(frame.IsLocal ? 'T' : 'R')}";
}
