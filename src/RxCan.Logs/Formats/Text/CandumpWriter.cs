using System.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>Writes the lines of <c>candump -L -x</c>, or of <c>candump -L -x -N</c> with nanoseconds.</summary>
internal sealed class CandumpWriter(Stream stream, CanLogWriteOptions options) : ILogWriter
{
    private readonly LineWriter _out = new(stream);
    private string? _lastName;
    private byte[] _word = [];

    public long Length => _out.Length;

    public void Write(in CanFrame frame)
    {
        var (seconds, nanoseconds) = FrameTime.ToUnix(frame.RawTime);
        _out.Add((byte)'(');
        _out.AddDecimal((ulong)seconds, 10, (byte)'0');
        _out.Add((byte)'.');
        if (options.Nanoseconds)
            _out.AddDigits((uint)nanoseconds, 9);
        else
            _out.AddDigits((uint)(nanoseconds / 1000), 6);
        _out.Add(") "u8);
        _out.Add(NameOf(frame.Interface));
        _out.Add((byte)' ');
        var id = frame.RawId;
        if ((id & (CanId.EffFlag | CanId.ErrFlag)) != 0)
            _out.AddHex(id & (CanId.ErrFlag | CanId.MaxExtended), 8);
        else
            _out.AddHex(id & CanId.MaxStandard, 3);
        _out.Add((byte)'#');
        if (frame.IsRemote)
        {
            _out.Add((byte)'R');
            if (frame.Length > 0)
                _out.AddDecimal((ulong)frame.Length);
        }
        else if (frame.IsFd)
        {
            _out.Add((byte)'#');
            var flags = frame.Flags & (CanFrame.FrameFlags.BitRateSwitch | CanFrame.FrameFlags.ErrorStateIndicator);
            if ((frame.Flags & CanFrame.FrameFlags.FdfReported) != 0)
                flags |= CanFrame.FrameFlags.Fd;
            _out.AddHex((uint)flags, 1);
        }

        _out.AddHex(frame.Data);
        if (!frame.IsFd && frame.Dlc > CanFrame.MaxLength)
        {
            _out.Add((byte)'_');
            _out.AddHex((uint)frame.Dlc, 1);
        }

        _out.Add(frame.IsLocal ? " T"u8 : " R"u8);
        _out.EndLine();
    }

    public void Flush() => _out.Flush();

    public void Dispose() => _out.Dispose();

    /// <summary>A name that a line can hold: one word of text.</summary>
    private byte[] NameOf(string name)
    {
        // Names are shared: the reference tells most of the time.
        if (!ReferenceEquals(name, _lastName))
        {
            var word = name.Length is > 0 and <= LogInterfaces.MaxLength ? name : "can0";
            _word = Encoding.UTF8.GetBytes(string.Concat(word.Select(c => char.IsControl(c) || char.IsWhiteSpace(c) ? '_' : c)));
            _lastName = name;
        }

        return _word;
    }
}
