using System.Buffers;
using System.Globalization;
using System.Text;

namespace RxCan.Cli.Text;

/// <summary>
/// Frames as candump (can-utils) prints them. It remembers what candump does: names are padded to the longest one, identifiers of three digits
/// once one of eight was there, and times may count from the frame before.
/// </summary>
internal sealed class CandumpText
{
    private const long Second = 1_000_000_000;

    private readonly char[] _line = new char[512];
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private int _width;
    private bool _hasExtended;
    private long? _reference;

    public CandumpText(int width) => _width = width;

    /// <summary>As <c>-L</c>: the format of log files.</summary>
    public bool IsLog { get; init; }

    /// <summary>As <c>-t</c>: a, d, z or A; 0 for no times.</summary>
    public char Times { get; init; }

    /// <summary>As <c>-x</c>: the direction, and BRS and ESI.</summary>
    public bool HasExtra { get; init; }

    /// <summary>As <c>-e</c>: error frames are explained.</summary>
    public bool HasErrors { get; init; }

    public bool HasColours { get; init; }

    /// <summary>The line of a frame, with its end; valid until the next call.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="suffix">What stands behind it.</param>
    public ReadOnlySpan<byte> Line(in CanFrame frame, string suffix = "")
    {
        _bytes.ResetWrittenCount();
        var name = frame.Interface;
        _width = Math.Max(_width, name.Length);
        if (IsLog)
            WriteLog(frame, name);
        else
            WriteLong(frame, name);
        if (suffix.Length > 0)
            Add(suffix);
        Add('\n');
        return _bytes.WrittenSpan;
    }

    private void WriteLog(in CanFrame frame, string name)
    {
        if (!frame.TryFormat(_line, out var written, "L"))
            return;
        var text = _line.AsSpan(0, written);
        if (name.Length < _width)
        {
            var space = text.IndexOf(' ') + 1;
            Add(text[..space]);
            Pad(_width - name.Length);
            text = text[space..];
        }

        Add(text);
        if (HasExtra)
            Add(frame.IsLocal ? " T" : " R");
    }

    private void WriteLong(in CanFrame frame, string name)
    {
        Add(' ');
        if (Times != 0)
            WriteTime(frame.UnixTimeNanoseconds);
        Add(' ');
        Pad(_width - name.Length);
        Add(name);
        if (HasExtra)
        {
            Add(frame.IsLocal ? "  TX " : "  RX ");
            Add(frame.BitRateSwitch ? 'B' : '-');
            Add(' ');
            Add(frame.ErrorStateIndicator ? 'E' : '-');
        }

        Add("  ");
        _hasExtended |= frame.Id.IsExtended;
        if (frame.IsError)
            Add(Format.Id(frame));
        else
            WriteId(frame.Id);
        Add("  ");
        var length = frame.Length;
        if (frame.IsFd)
        {
            Add('[');
            Add((char)('0' + (length / 10)));
        }
        else
        {
            Add(" [");
        }

        Add((char)('0' + (length % 10)));
        Add("] ");
        if (frame.IsRemote)
        {
            Add(" remote request");
        }
        else
        {
            var hex = _bytes.GetSpan(3 * CanFrame.MaxFdLength);
            var at = 0;
            foreach (var b in frame.Data)
            {
                hex[at++] = (byte)' ';
                hex[at++] = Digit(b >> 4);
                hex[at++] = Digit(b & 15);
            }

            _bytes.Advance(at);
        }

        if (!frame.IsError)
            return;
        Pad((3 * (8 - length)) + 3);
        Add("ERRORFRAME");
        if (HasErrors)
        {
            Add("\n\t");
            Add(frame.ToError().ToString("\n\t"));
        }
    }

    private void WriteId(CanId id)
    {
        if (_hasExtended && !id.IsExtended)
            Pad(5);
        if (HasColours)
            Add("\e[36m");
        if (id.TryFormat(_line, out var written))
            Add(_line.AsSpan(0, written));
        if (HasColours)
            Add("\e[0m");
    }

    private void WriteTime(long time)
    {
        time -= time % 1000; // candump counts microseconds
        if (Times == 'A')
        {
            var local = DateTimeOffset.UnixEpoch.AddTicks(time / 100).ToLocalTime();
            Add($"({local.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}) ");
            return;
        }

        var shown = time;
        if (Times is 'd' or 'z')
        {
            shown = Math.Max(0, time - (_reference ??= time));
            if (Times == 'd')
                _reference = time;
        }

        var (seconds, rest) = Math.DivRem(shown, Second);
        Add('(');
        Add(seconds.ToString(Times == 'a' ? "D10" : "D3", CultureInfo.InvariantCulture));
        Add('.');
        Add((rest / 1000).ToString("D6", CultureInfo.InvariantCulture));
        Add(") ");
    }

    private static byte Digit(int nibble) => (byte)(nibble < 10 ? '0' + nibble : 'A' - 10 + nibble);

    private void Pad(int count)
    {
        for (; count > 0; count--)
            Add(' ');
    }

    private void Add(char c)
    {
        _bytes.GetSpan(1)[0] = (byte)c;
        _bytes.Advance(1);
    }

    private void Add(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _bytes);
}
