using RxCan.Logs.Formats;

namespace RxCan.Benchmarks.Logs;

/// <summary>A log of 60 ids, one frame a period, with its number in the data.</summary>
internal static class DenseLog
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(string path, int frames, TimeSpan period, string interfaceName = "can0")
    {
        using var writer = LogFormats.CreateWriter(path, new());
        Span<byte> data = stackalloc byte[8];
        for (var i = 0; i < frames; i++)
        {
            BitConverter.TryWriteBytes(data, i);
            writer.Write(new CanFrame(0x100 + (i % 60), data).WithInterface(interfaceName).WithTimestamp(Beginning + (period * i)));
        }
    }

    /// <summary>The time of a frame from the first.</summary>
    public static TimeSpan Time(int number, TimeSpan period) => period * number;
}
