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
    private const int MaxLength = 320; // of a line without the name and what is only said about some frames: 64 bytes take 192

    private readonly byte[] _secondText = new byte[32];
    private long _second = -1; // of which _secondText is the text
    private int _secondLength;
    private string? _name;
    private byte[] _column = []; // _name, padded
    private int _padding; // of it
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

    /// <summary>Writes the line of a frame.</summary>
    /// <param name="lines">Where.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="suffix">What stands behind it.</param>
    public void Write(LineBuffer lines, in CanFrame frame, string suffix = "")
    {
        if (frame.Interface is var name && !ReferenceEquals(name, _name)) // names are shared
            TurnTo(name);
        if (HasErrors && !IsLog && frame.IsError)
            suffix = $"\n\t{frame.ToError().ToString("\n\t")}{suffix}";
        lines.Begin(MaxLength + _column.Length + (3 * suffix.Length));
        if (IsLog)
            AddLog(lines, frame);
        else
            AddLong(lines, frame);
        if (suffix.Length > 0)
            lines.Add(suffix);
        lines.Add((byte)'\n');
    }

    private void TurnTo(string name)
    {
        _name = name;
        _width = Math.Max(_width, name.Length);
        _padding = _width - name.Length;
        _column = Encoding.UTF8.GetBytes(name.PadLeft(_width));
    }

    private void AddLog(LineBuffer lines, in CanFrame frame)
    {
        var text = lines.Rest;
        if (!frame.TryFormat(text, out var length, "L"))
            return;
        if (_padding > 0)
        {
            var name = text.IndexOf((byte)' ') + 1;
            text[name..length].CopyTo(text[(name + _padding)..]);
            text.Slice(name, _padding).Fill((byte)' ');
            length += _padding;
        }

        lines.Advance(length);
        if (HasExtra)
            lines.Add(frame.IsLocal ? " T"u8 : " R"u8);
    }

    private void AddLong(LineBuffer lines, in CanFrame frame)
    {
        lines.Add((byte)' ');
        if (Times != 0)
            AddTime(lines, Math.Max(frame.UnixTimeNanoseconds, 0));
        lines.Add((byte)' ');
        lines.Add(_column);
        if (HasExtra)
        {
            lines.Add(frame.IsLocal ? "  TX "u8 : "  RX "u8);
            lines.Add(frame.BitRateSwitch ? (byte)'B' : (byte)'-');
            lines.Add((byte)' ');
            lines.Add(frame.ErrorStateIndicator ? (byte)'E' : (byte)'-');
        }

        lines.Add("  "u8);
        AddId(lines, frame);
        var length = frame.Length;
        lines.Add(frame.IsFd ? "  ["u8 : "   ["u8);
        if (frame.IsFd)
            lines.Add((byte)('0' + (length / 10)));
        lines.Add((byte)('0' + (length % 10)));
        lines.Add("] "u8);
        if (frame.IsRemote)
        {
            lines.Add(" remote request"u8);
            return;
        }

        var data = frame.Data;
        var hex = lines.Rest[..(3 * data.Length)];
        for (var i = 0; i < data.Length; i++)
        {
            hex[(3 * i) + 2] = Digit(data[i]);
            hex[(3 * i) + 1] = Digit(data[i] >> 4);
            hex[3 * i] = (byte)' ';
        }

        lines.Advance(hex.Length);
        if (!frame.IsError)
            return;
        lines.Pad((3 * (CanFrame.MaxLength - length)) + 3);
        lines.Add("ERRORFRAME"u8);
    }

    private void AddId(LineBuffer lines, in CanFrame frame)
    {
        const uint ErrorFlag = 0x2000_0000;
        var id = frame.Id;
        var isLong = id.IsExtended || frame.IsError;
        _hasExtended |= id.IsExtended;
        if (_hasExtended && !isLong)
            lines.Pad(5);
        var isColoured = HasColours && !frame.IsError;
        if (isColoured)
            lines.Add("\e[36m"u8);
        var value = frame.IsError ? id.Value | ErrorFlag : id.Value;
        var digits = lines.Rest[..(isLong ? 8 : 3)];
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 4)
            digits[i] = Digit((int)value);
        lines.Advance(digits.Length);
        if (isColoured)
            lines.Add("\e[0m"u8);
    }

    private void AddTime(LineBuffer lines, long time)
    {
        time -= time % 1000; // candump counts microseconds
        if (Times is 'd' or 'z')
        {
            var shown = Math.Max(0, time - (_reference ??= time));
            if (Times == 'd')
                _reference = time;
            time = shown;
        }

        var (seconds, rest) = Math.DivRem(time, Second);
        if (seconds != _second)
            TurnTo(seconds);
        lines.Add(_secondText.AsSpan(0, _secondLength));
        var microseconds = (uint)rest / 1000;
        var digits = lines.Rest[..6];
        for (var i = digits.Length - 1; i >= 0; i--, microseconds /= 10)
            digits[i] = (byte)('0' + (microseconds % 10));
        lines.Advance(digits.Length);
        lines.Add(") "u8);
    }

    /// <summary>Writes down what the times within a second begin with.</summary>
    private void TurnTo(long second)
    {
        _second = second;
        var text = _secondText.AsSpan(1);
        int length;
        if (Times == 'A')
            DateTimeOffset.FromUnixTimeSeconds(second).ToLocalTime().TryFormat(text, out length, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        else
            second.TryFormat(text, out length, Times == 'a' ? "D10" : "D3", CultureInfo.InvariantCulture);
        _secondText[0] = (byte)'(';
        text[length] = (byte)'.';
        _secondLength = length + 2;
    }

    /// <summary>The digit of the last four bits.</summary>
    private static byte Digit(int nibble) => "0123456789ABCDEF"u8[nibble & 0xF];
}
