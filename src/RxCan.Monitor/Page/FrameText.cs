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

    public static string Type(in CanFrame frame)
    {
        var type = frame.IsRemote ? "rtr" : !frame.IsFd ? "data" : frame.BitRateSwitch ? "fd brs" : "fd";
        return frame.IsOwn ? $"{type} own" : type;
    }

    /// <summary>In ms.</summary>
    public static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString(time.TotalMilliseconds < 1000 ? "F1" : "F0", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
