using System.Globalization;

namespace RxCan.Monitor;

/// <summary>Frames and times as text on the page.</summary>
internal static class FrameText
{
    private static readonly string[] Bytes = [.. Enumerable.Range(0, 256).Select(b => b.ToString("X2", CultureInfo.InvariantCulture))];

    public static string Byte(byte b) => Bytes[b];

    public static string Hex(ReadOnlySpan<byte> data)
    {
        var bytes = new string[data.Length];
        for (var i = 0; i < data.Length; i++)
            bytes[i] = Bytes[data[i]];
        return string.Join(' ', bytes);
    }

    public static string Ascii(ReadOnlySpan<byte> data)
    {
        var text = new char[data.Length];
        for (var i = 0; i < data.Length; i++)
            text[i] = data[i] is >= 0x20 and < 0x7F ? (char)data[i] : '.';
        return new(text);
    }

    public static string Type(in CanFrame frame) =>
        frame.IsError ? "error" : frame.IsRemote ? "rtr" : !frame.IsFd ? "data" : frame.BitRateSwitch ? "fd brs" : "fd";

    /// <summary>Who sent: <c>tx</c> this monitor, <c>local</c> another program of this machine, <c>rx</c> a node on the bus.</summary>
    public static string Direction(FrameOrigin origin) => origin switch
    {
        FrameOrigin.Bus => "rx",
        FrameOrigin.Machine => "local",
        FrameOrigin.Monitor => "tx",
        FrameOrigin.Bus | FrameOrigin.Machine => "rx local",
        FrameOrigin.Bus | FrameOrigin.Monitor => "rx tx",
        FrameOrigin.Machine | FrameOrigin.Monitor => "local tx",
        _ => "rx local tx",
    };

    /// <summary>How long ago, in the largest unit that fits.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 100 } => $"{(int)age.TotalSeconds} s",
        { TotalMinutes: < 100 } => $"{(int)age.TotalMinutes} min",
        _ => $"{(int)age.TotalHours} h",
    };

    /// <summary>In ms.</summary>
    public static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString(time.TotalMilliseconds < 1000 ? "F1" : "F0", CultureInfo.InvariantCulture);

    /// <summary>A number of bytes in the largest unit that fits.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => (bytes / 1e3).ToString("0.0 kB", CultureInfo.InvariantCulture),
        < 1_000_000_000 => (bytes / 1e6).ToString("0.0 MB", CultureInfo.InvariantCulture),
        _ => (bytes / 1e9).ToString("0.00 GB", CultureInfo.InvariantCulture),
    };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
