namespace RxCan.Logs.Formats;

/// <summary>Reads the frames of one format, in the order of the file. A frame has its time, interface (or channel) and direction.</summary>
internal interface ILogReader : IDisposable
{
    /// <summary>Reads the next frame; false at the end of the file.</summary>
    /// <exception cref="CanLogException">The file is damaged here. Reading may go on after it if <see cref="TrySkip"/> finds where.</exception>
    bool Read(out CanFrame frame);

    /// <summary>After damage: moves on to what can be read again; false if the format has no such place, or the file has no more of it.</summary>
    bool TrySkip();
}
