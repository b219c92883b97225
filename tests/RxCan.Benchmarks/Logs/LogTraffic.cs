using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Benchmarks.Logs;

/// <summary>1,000,000 frames of 60 identifiers, as of a busy car: most have 8 bytes, a tenth of the identifiers are extended.</summary>
internal static class LogTraffic
{
    public const int Count = 1_000_000;

    private static readonly Lazy<CanFrame[]> All = new(Make);

    public static CanFrame[] Frames => All.Value;

    /// <summary>The frames as a file in memory.</summary>
    public static byte[] In(CanLogFormat format)
    {
        var stream = new MemoryStream();
        using (var writer = LogFormats.CreateWriter(stream, format, new()))
        {
            foreach (ref readonly var frame in Frames.AsSpan())
                writer.Write(frame);
        }

        return stream.ToArray();
    }

    private static CanFrame[] Make()
    {
        var random = new Random(1);
        var data = new byte[CanFrame.MaxLength];
        var frames = new CanFrame[Count];
        for (var i = 0; i < Count; i++)
        {
            var number = (uint)random.Next(60);
            random.NextBytes(data);
            var id = number % 10 == 0 ? CanId.Extended(0x18FE_0000 + number) : CanId.Standard(0x100 + (number * 16));
            frames[i] = new CanFrame(id, data.AsSpan(0, number % 4 == 0 ? 4 : 8))
                .WithInterface("can0").WithUnixTimeNanoseconds(1_700_000_000_000_000_000 + (i * 250_000L) + random.Next(100_000));
        }

        return frames;
    }
}
