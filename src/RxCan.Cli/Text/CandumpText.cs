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
    /// <param name="output">Where.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="suffix">What stands behind it.</param>
    public void Write(Output output, in CanFrame frame, string suffix = "")
    {
        if (frame.Interface is var name && !ReferenceEquals(name, _name)) // names are shared
            TurnTo(name);
        if (HasErrors && !IsLog && frame.IsError)
            suffix = $"\n\t{frame.ToError().ToString("\n\t")}{suffix}";
        var line = output.Begin(MaxLength + _column.Length + Encoding.UTF8.GetMaxByteCount(suffix.Length));
        try
        {
            if (IsLog)
                AddLog(ref line, frame);
            else
                AddLong(ref line, frame);
            if (suffix.Length > 0)
                line.Add(suffix);
            line.Add((byte)'\n');
        }
        finally
        {
            line.End();
        }
    }

    private void TurnTo(string name)
    {
        _name = name;
        _width = Math.Max(_width, name.Length);
        _padding = _width - name.Length;
        _column = Encoding.UTF8.GetBytes(name.PadLeft(_width));
    }

    private void AddLog(ref Output.Lines line, in CanFrame frame)
    {
        var text = line.Rest;
        if (!frame.TryFormat(text, out var length, "L"))
            return;
        if (_padding > 0)
        {
            var name = text.IndexOf((byte)' ') + 1;
            text[name..length].CopyTo(text[(name + _padding)..]);
            text.Slice(name, _padding).Fill((byte)' ');
            length += _padding;
        }

        line.Advance(length);
        if (HasExtra)
            line.Add(frame.IsLocal ? " T"u8 : " R"u8);
    }

    private void AddLong(ref Output.Lines line, in CanFrame frame)
    {
        line.Add((byte)' ');
        if (Times != 0)
            AddTime(ref line, Math.Max(frame.UnixTimeNanoseconds, 0));
        line.Add((byte)' ');
        line.Add(_column);
        if (HasExtra)
        {
            line.Add(frame.IsLocal ? "  TX "u8 : "  RX "u8);
            line.Add(frame.BitRateSwitch ? (byte)'B' : (byte)'-');
            line.Add((byte)' ');
            line.Add(frame.ErrorStateIndicator ? (byte)'E' : (byte)'-');
        }

        line.Add("  "u8);
        AddId(ref line, frame);
        var length = frame.Length;
        line.Add(frame.IsFd ? "  ["u8 : "   ["u8);
        if (frame.IsFd)
            line.Add((byte)('0' + (length / 10)));
        line.Add((byte)('0' + (length % 10)));
        line.Add("] "u8);
        if (frame.IsRemote)
        {
            line.Add(" remote request"u8);
            return;
        }

        var data = frame.Data;
        var hex = line.Rest[..(3 * data.Length)];
        for (var i = 0; i < data.Length; i++)
        {
            hex[(3 * i) + 2] = Digit(data[i]);
            hex[(3 * i) + 1] = Digit(data[i] >> 4);
            hex[3 * i] = (byte)' ';
        }

        line.Advance(hex.Length);
        if (!frame.IsError)
            return;
        line.Pad((3 * (CanFrame.MaxLength - length)) + 3);
        line.Add("ERRORFRAME"u8);
    }

    private void AddId(ref Output.Lines line, in CanFrame frame)
    {
        const uint ErrorFlag = 0x2000_0000;
        var id = frame.Id;
        var isLong = id.IsExtended || frame.IsError;
        _hasExtended |= id.IsExtended;
        if (_hasExtended && !isLong)
            line.Pad(5);
        var isColoured = HasColours && !frame.IsError;
        if (isColoured)
            line.Add("\e[36m"u8);
        var value = frame.IsError ? id.Value | ErrorFlag : id.Value;
        var digits = line.Rest[..(isLong ? 8 : 3)];
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 4)
            digits[i] = Digit((int)value);
        line.Advance(digits.Length);
        if (isColoured)
            line.Add("\e[0m"u8);
    }

    private void AddTime(ref Output.Lines line, long time)
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
        line.Add(_secondText.AsSpan(0, _secondLength));
        var microseconds = (uint)rest / 1000;
        var digits = line.Rest[..6];
        for (var i = digits.Length - 1; i >= 0; i--, microseconds /= 10)
            digits[i] = (byte)('0' + (microseconds % 10));
        line.Advance(digits.Length);
        line.Add(") "u8);
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
