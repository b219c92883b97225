using RxCan.Logs.Formats;

namespace RxCan.Logs;

/// <summary>Writes a log: <see cref="CanLog.Create(string, CanLogWriteOptions?)"/>. Disposing completes the file. For one thread at a time.</summary>
public sealed class CanLogWriter : IDisposable
{
    private readonly ILogWriter _writer;
    private bool _isDisposed;

    internal CanLogWriter(ILogWriter writer, CanLogFormat format) => (_writer, Format) = (writer, format);

    /// <summary>The format.</summary>
    public CanLogFormat Format { get; }

    /// <summary>The number of frames written.</summary>
    public long Count { get; private set; }

    /// <summary>The bytes written so far, before compression with gzip, those still in memory included.</summary>
    public long Length => _writer.Length;

    /// <summary>Appends a frame. It may stay in memory until <see cref="Flush"/>.</summary>
    /// <param name="frame">The frame, with its time and interface.</param>
    /// <returns>False if the format has no such frames, such as error frames in SavvyCAN's CSV: then nothing is written.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    public bool Write(in CanFrame frame)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_writer.CanWrite(frame))
            return false;
        _writer.Write(frame);
        Count++;
        return true;
    }

    /// <summary>Hands everything written so far to the operating system, as a file that can be read up to here.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _writer.Dispose();
    }
}
