using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan;

/// <summary>Logs of CAN frames.</summary>
public static partial class CanLog
{
    /// <summary>The format of a file, by its content or, where that does not tell, its name; null if it is no log.</summary>
    /// <param name="path">The file; may be compressed with gzip.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CanLogFormat? FormatOf(string path) => LogFormats.FormatOfFile(path);
}
