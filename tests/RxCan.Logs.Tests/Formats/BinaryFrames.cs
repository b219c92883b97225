using CsCheck;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>Random frames of every kind, and what each binary format can say of a frame.</summary>
internal static class BinaryFrames
{
    public static readonly CanLogFormat[] Formats = [CanLogFormat.Blf, CanLogFormat.Pcap, CanLogFormat.Pcapng];

    private static readonly Gen<CanId> Ids = Gen.OneOf(
        Gen.UInt[0, CanId.MaxStandard].Select(i => (CanId)i), Gen.UInt[0, CanId.MaxExtended].Select(i => CanId.Extended(i)));

    private static readonly Gen<CanFrame> Bare = Gen.Frequency(
        (4, Gen.Select(Ids, Gen.Byte.Array[0, 8]).Select((id, data) => new CanFrame(id, data))),
        (1, Gen.Select(Ids, Gen.Byte.Array[8], Gen.Int[9, 15]).Select((id, data, dlc) => new CanFrame(id, data).WithDlc(dlc))),
        (3, Gen.Select(Ids, Gen.Int[0, 15].SelectMany(dlc => Gen.Byte.Array[CanFrame.FdLengths[dlc]]), Gen.Bool, Gen.Bool)
            .Select((id, data, brs, esi) => CanFrame.Fd(id, data, brs, esi))),
        (1, Gen.Select(Ids, Gen.Int[0, 8]).Select((id, length) => CanFrame.Remote(id, length))),
        (1, Gen.Select(Gen.Int[0, (int)CanErrorClass.All], Gen.Byte, Gen.Byte).Select((error, protocol, counter) => CanFrame.Error(new()
        {
            Class = (CanErrorClass)error,
            Protocol = (CanProtocolViolation)protocol,
            TransmitErrors = counter,
        }))));

    public static readonly Gen<CanFrame> Frame =
        Gen.Select(Bare, Gen.OneOf("can0", "can1", "3", "can300"), Gen.Long[-2_000_000_000, 3_600_000_000_000], Gen.Bool)
            .Select((frame, name, time, isLocal) => frame.WithInterface(name).WithUnixTimeNanoseconds(1_700_000_000_123_456_789 + time).WithOrigin(isLocal));

    /// <summary>A number of random frames.</summary>
    public static CanFrame[] Some(int count)
    {
        CanFrame[] some = [];
        Frame.Array[count].Sample(frames => some = frames, iter: 1, threads: 1);
        return some;
    }

    public static ILogWriter Write(CanLogFormat format, Stream stream) => format switch
    {
        CanLogFormat.Blf => new BlfWriter(stream),
        CanLogFormat.Pcap => new PcapWriter(stream),
        _ => new PcapngWriter(stream),
    };

    public static ILogReader Open(CanLogFormat format, Stream stream) => format switch
    {
        CanLogFormat.Blf => new BlfReader(stream),
        CanLogFormat.Pcap => new PcapReader(stream),
        CanLogFormat.Pcapng => new PcapngReader(stream),
        _ => new Mdf4Reader(stream),
    };

    public static byte[] File(CanLogFormat format, IEnumerable<CanFrame> frames)
    {
        var stream = new MemoryStream();
        using (var writer = Write(format, stream))
        {
            foreach (var frame in frames)
                writer.Write(frame);
        }

        return stream.ToArray();
    }

    /// <summary>A frame as a format can say it.</summary>
    public static CanFrame As(CanFrame frame, CanLogFormat format, CanFrame first)
    {
        switch (format)
        {
            case CanLogFormat.Blf:
                // Channels instead of names, no direction of error frames, no time before the second of the first frame.
                var channel = frame.Interface switch { "can0" => "1", "can1" => "2", "can300" => "301", var name => name };
                var start = first.UnixTimeNanoseconds / 1_000_000_000 * 1_000_000_000;
                return frame.WithInterface(channel).WithOrigin(frame.IsLocal && !frame.IsError)
                    .WithUnixTimeNanoseconds(Math.Max(frame.UnixTimeNanoseconds, start));
            case CanLogFormat.Pcap:
                return frame.WithInterface("").WithOrigin(false);
            default:
                return frame;
        }
    }

    /// <summary>All that a frame has.</summary>
    public static (CanFrame, long, string, bool) All(CanFrame frame) => (frame, frame.UnixTimeNanoseconds, frame.Interface, frame.IsLocal);
}
