using RxCan.Logs.Formats;

namespace RxCan.Logs.Replay;

/// <summary>The frames of a log, which can begin again. Used by one thread at a time.</summary>
/// <param name="open">Opens the log from its beginning.</param>
/// <param name="interfaces">The names of interfaces by the log's names of channels; the others stay as they are. Null for none.</param>
internal sealed class LogSource(Func<ILogReader> open, IReadOnlyDictionary<string, string>? interfaces) : IDisposable
{
    private ILogReader _reader = open();
    private string? _channel;
    private string? _interface; // of that channel; null: it stays as it is

    /// <summary>Reads the next frame; false at the end.</summary>
    /// <exception cref="CanLogException">The log is damaged here.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool Read(out CanFrame frame)
    {
        if (!_reader.Read(out frame))
            return false;
        if (interfaces is not null)
            Rename(ref frame);
        return true;
    }

    /// <summary>Begins again.</summary>
    public void Rewind()
    {
        var reader = open();
        _reader.Dispose();
        _reader = reader;
    }

    public void Dispose() => _reader.Dispose();

    private void Rename(ref CanFrame frame)
    {
        var channel = frame.Interface;
        if (channel != _channel)
            (_channel, _interface) = (channel, interfaces!.GetValueOrDefault(channel));
        if (_interface is not null)
            frame = frame.WithInterface(_interface);
    }
}
