namespace RxCan.Logs.Formats.Text;

/// <summary>Reads a format whose frames are lines. After damage it goes on with the next line.</summary>
internal abstract class LineLogReader(Stream stream, CanLogFormat format) : ILogReader
{
    protected LineReader Lines { get; } = new(stream, format);

    protected LogInterfaces Interfaces { get; } = new();

    /// <summary>Room for the data of a frame; the last group of base64 may have two bytes less.</summary>
    protected byte[] Data { get; } = new byte[CanFrame.MaxFdLength + 2];

    public bool Read(out CanFrame frame)
    {
        while (Lines.TryRead(out var line))
        {
            if (Parse(line, out frame, out var isFrame) is { } why)
                throw Lines.Damage(why);
            if (isFrame)
                return true;
        }

        frame = default;
        return false;
    }

    public bool TrySkip() => true;

    public void Dispose() => Lines.Dispose();

    /// <summary>Reads a line; returns null, or what is wrong with it.</summary>
    protected abstract string? Parse(ReadOnlySpan<byte> line, out CanFrame frame, out bool isFrame);
}
