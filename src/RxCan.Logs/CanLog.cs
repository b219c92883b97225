using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan;

/// <summary>Logs of CAN frames: read, written, converted, and played back.</summary>
public static partial class CanLog
{
    /// <summary>The format of a file, by its content or, where that does not tell, its name; null if it is no log.</summary>
    /// <param name="path">The file; may be compressed with gzip.</param>
    /// <exception cref="CanLogException">It is compressed, and damaged at its beginning.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CanLogFormat? FormatOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return LogFormats.FormatOfFile(path);
    }

    /// <summary>The format that a file's name says, by its extension before any <c>.gz</c>, whether there is such a file or not; null if none does.</summary>
    /// <param name="path">The file.</param>
    public static CanLogFormat? FormatOfName(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return LogFormats.FormatOf(path);
    }

    /// <summary>Creates a log, or replaces it.</summary>
    /// <param name="path">The file. Its extension decides the format (<c>.log</c>, <c>.asc</c>, <c>.blf</c>, <c>.trc</c>, <c>.pcap</c>, <c>.pcapng</c>, <c>.csv</c>), and <c>.gz</c> after it compresses.</param>
    /// <param name="options">How to write; by extension if null.</param>
    /// <exception cref="ArgumentException">No format has this extension, or the format cannot be written.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static CanLogWriter Create(string path, CanLogWriteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        return new(LogFormats.CreateWriter(path, options), LogFormats.FormatToWrite(path, options));
    }

    /// <summary>Begins a log at the position of a stream.</summary>
    /// <param name="stream">The stream, which disposing the writer also disposes.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">How to write; not compressed if null.</param>
    /// <exception cref="ArgumentException">The format cannot be written.</exception>
    public static CanLogWriter Create(Stream stream, CanLogFormat format, CanLogWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(LogFormats.CreateWriter(stream, format, options ?? new()), format);
    }
}
