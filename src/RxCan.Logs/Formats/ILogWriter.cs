namespace RxCan.Logs.Formats;

/// <summary>Writes frames in one format. Disposing completes the file; until then, what was flushed can be read.</summary>
internal interface ILogWriter : IDisposable
{
    /// <summary>Whether the format has such frames at all; <see cref="Write"/> leaves out those that it has not.</summary>
    bool CanWrite(in CanFrame frame) => true;

    /// <summary>Appends a frame; its bytes may stay in memory until <see cref="Flush"/>.</summary>
    void Write(in CanFrame frame);

    /// <summary>Hands everything written so far to the operating system, as a file that can be read up to here.</summary>
    void Flush();

    /// <summary>The bytes written so far, those in memory included; what rotation by size counts.</summary>
    long Length { get; }
}
