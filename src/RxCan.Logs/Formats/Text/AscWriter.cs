namespace RxCan.Logs.Formats.Text;

/// <summary>Writes Vector's ASCII log, with absolute times from a date to the millisecond. Source: as <see cref="AscReader"/>.</summary>
internal sealed class AscWriter(Stream stream, CanLogWriteOptions options) : ILogWriter
{
    private const int MaxChannel = 255;

    private readonly LineWriter _out = new(stream);
    private readonly ChannelNumbers _channels = new(options.Channels, MaxChannel);
    private long? _start;

    public long Length => _out.Length;

    public void Write(in CanFrame frame)
    {
        var time = Math.Max(frame.UnixTimeNanoseconds, 0);
        if (_start is null)
            Begin(time);
        var offset = time - _start!.Value;
        var (seconds, rest) = Math.DivRem((ulong)Math.Abs(offset), 1_000_000_000);
        if (offset < 0)
            _out.Add((byte)'-');
        _out.AddDecimal(seconds, offset < 0 ? 0 : 4);
        _out.Add((byte)'.');
        if (options.Nanoseconds)
            _out.AddDigits((uint)rest, 9);
        else
            _out.AddDigits((uint)(rest / 1000), 6);
        _out.Add((byte)' ');

        var channel = _channels.Of(frame.Interface);
        if (frame.IsFd)
        {
            WriteFd(frame, channel);
        }
        else if (frame.IsError)
        {
            _out.AddDecimal((ulong)channel);
            _out.Add("  ErrorFrame"u8);
        }
        else
        {
            WriteClassic(frame, channel);
        }

        _out.EndLine();
    }

    public void Flush() => _out.Flush();

    public void Dispose()
    {
        if (_start is null)
            Begin(0);
        _out.Add("End TriggerBlock"u8);
        _out.EndLine();
        _out.Dispose();
    }

    private void Begin(long time)
    {
        var milliseconds = time / 1_000_000;
        _start = milliseconds * 1_000_000;
        var date = AscDate.Format(milliseconds);
        _out.Add($"date {date}\nbase hex  timestamps absolute\ninternal events logged\n// version 9.0.0\nBegin Triggerblock {date}\n   0.000000 Start of measurement");
        _out.EndLine();
    }

    private void WriteClassic(in CanFrame frame, int channel)
    {
        var start = _out.Length;
        _out.AddDecimal((ulong)channel);
        _out.PadTo(start, 3);
        start = _out.Length;
        WriteId(frame);
        _out.PadTo(start, 16);
        _out.Add(frame.IsLocal ? "Tx   "u8 : "Rx   "u8);
        _out.Add(frame.IsRemote ? "r "u8 : "d "u8);
        _out.AddHex((uint)frame.Dlc, 1);
        _out.AddSpacedHex(frame.Data);
    }

    private void WriteFd(in CanFrame frame, int channel)
    {
        _out.Add("CANFD "u8);
        _out.AddDecimal((ulong)channel, 3);
        _out.Add(frame.IsLocal ? " Tx   "u8 : " Rx   "u8);
        var start = _out.Length;
        WriteId(frame);
        _out.PadTo(start, 43);
        _out.Add(frame.BitRateSwitch ? "1 "u8 : "0 "u8);
        _out.Add(frame.ErrorStateIndicator ? "1 "u8 : "0 "u8);
        _out.Add("0123456789abcdef"u8[frame.Dlc]);
        _out.AddDecimal((ulong)frame.Length, 3);
        _out.AddSpacedHex(frame.Data);
        _out.Add("   130000  130     "u8); // a duration and bit count, as log2asc writes them: nobody knows the real ones
        _out.AddHex(0x1000u | (frame.BitRateSwitch ? 0x2000u : 0) | (frame.ErrorStateIndicator ? 0x4000u : 0), 4);
        _out.Add(" 0 0 0 0 0"u8);
    }

    private void WriteId(in CanFrame frame)
    {
        _out.AddHex(frame.Id.Value, 1);
        if (frame.Id.IsExtended)
            _out.Add((byte)'x');
    }
}
