using System.Buffers.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats.Text;

/// <summary>Writes python-can's CSV, which has neither channel nor direction, and tells CAN FD by a length above 8 only. Source: as <see cref="CsvReader"/>.</summary>
internal sealed class CsvWriter : ILogWriter
{
    private readonly LineWriter _out;

    public CsvWriter(Stream stream)
    {
        _out = new(stream);
        _out.Add("timestamp,arbitration_id,extended,remote,error,dlc,data"u8);
        _out.EndLine();
    }

    public long Length => _out.Length;

    public void Write(in CanFrame frame)
    {
        var (seconds, nanoseconds) = FrameTime.ToUnix(frame.RawTime);
        _out.AddDecimal((ulong)seconds);
        _out.Add((byte)'.');
        _out.AddDigits((uint)nanoseconds, 9);
        _out.Add(",0x"u8);
        _out.AddHex(frame.Id.Value, 1);
        _out.Add(frame.Id.IsExtended && !frame.IsError ? ",1"u8 : ",0"u8);
        _out.Add(frame.IsRemote ? ",1"u8 : ",0"u8);
        _out.Add(frame.IsError ? ",1,"u8 : ",0,"u8);
        _out.AddDecimal((ulong)frame.Length);
        _out.Add((byte)',');
        Base64.EncodeToUtf8(frame.Data, _out.Room, out _, out var written);
        _out.Advance(written);
        _out.EndLine();
    }

    public void Flush() => _out.Flush();

    public void Dispose() => _out.Dispose();
}
