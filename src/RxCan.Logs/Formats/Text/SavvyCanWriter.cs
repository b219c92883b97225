namespace RxCan.Logs.Formats.Text;

/// <summary>Writes SavvyCAN's native CSV, which has data frames only, and tells CAN FD by a length above 8 only. Source: as <see cref="SavvyCanReader"/>.</summary>
internal sealed class SavvyCanWriter : ILogWriter
{
    private const int MaxBus = 255;

    private readonly LineWriter _out;
    private readonly ChannelNumbers _buses;

    public SavvyCanWriter(Stream stream, CanLogWriteOptions options)
    {
        _buses = new(options.Channels, MaxBus, min: 0);
        _out = new(stream);
        _out.Add("Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8"u8);
        _out.EndLine();
    }

    public long Length => _out.Length;

    public bool CanWrite(in CanFrame frame) => !frame.IsError && !frame.IsRemote;

    public void Write(in CanFrame frame)
    {
        if (!CanWrite(frame))
            return;
        _out.AddDecimal((ulong)Math.Max(frame.UnixTimeNanoseconds, 0) / 1000);
        _out.Add((byte)',');
        _out.AddHex(frame.Id.Value, 8);
        _out.Add(frame.Id.IsExtended ? ",true,"u8 : ",false,"u8);
        _out.Add(frame.IsLocal ? "Tx,"u8 : "Rx,"u8);
        _out.AddDecimal((ulong)_buses.Of(frame.Interface));
        _out.Add((byte)',');
        _out.AddDecimal((ulong)frame.Length);
        foreach (var one in frame.Data)
        {
            _out.Add((byte)',');
            _out.AddHex(one, 2);
        }

        _out.Add((byte)',');
        _out.EndLine();
    }

    public void Flush() => _out.Flush();

    public void Dispose() => _out.Dispose();
}
