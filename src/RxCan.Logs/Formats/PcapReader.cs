using System.Buffers.Binary;
using System.Globalization;
using RxCan.Frames;

namespace RxCan.Logs.Formats;

/// <summary>
/// Reads a pcap file of link type 227, 113 or 276, in either byte order, with microseconds or nanoseconds. Frames of link type 227 and 113 have
/// no interface, those of 276 the index of theirs. Takes the stream over. Source: draft-ietf-opsawg-pcap.
/// </summary>
internal sealed class PcapReader(Stream stream) : ILogReader
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const int MaxRecord = 1 << 18; // libpcap's MAXIMUM_SNAPLEN
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;

    private readonly BinaryInput _file = new(stream);
    private readonly LogInterfaces _interfaces = new();
    private int _linkType = -1;
    private bool _isBigEndian;
    private int _nanosecondsPerUnit;
    private bool _failed;
    private bool _canGoOn;

    public static bool Recognises(ReadOnlySpan<byte> head) => head.Length >= 4 &&
        (BinaryPrimitives.ReadUInt32LittleEndian(head) is Microseconds or Nanoseconds || BinaryPrimitives.ReadUInt32BigEndian(head) is Microseconds or Nanoseconds);

    public bool Read(out CanFrame frame)
    {
        frame = default;
        if (_failed)
            return false;
        if (_linkType < 0)
            ReadFileHeader();
        while (_file.Fill(RecordHeaderLength))
        {
            var header = _file.Buffered;
            var (seconds, fraction, length) = (UInt32(header), UInt32(header[4..]), UInt32(header[8..]));
            if (length > MaxRecord)
                throw Damaged($"a packet of {length} bytes", canGoOn: false);
            var at = _file.Position;
            _file.Advance(RecordHeaderLength);
            var needed = (int)Math.Min(length, SocketCanPacket.MaxCaptured);
            if (!_file.Fill(needed))
                throw Damaged("the file ends in a packet", canGoOn: false, at);
            var time = FrameTime.FromUnixNanoseconds((seconds * 1_000_000_000L) + ((long)fraction * _nanosecondsPerUnit));
            var outcome = SocketCanPacket.TryParse(_file.Buffered[..needed], _linkType, length, _isBigEndian, false, _interfaces, 0, time, out frame);
            var isComplete = _file.Skip(length);
            if (outcome == SocketCanPacket.Outcome.Damaged)
                throw Damaged($"a packet of {length} bytes is not a CAN frame, or was cut when it was captured", canGoOn: true, at);
            if (!isComplete)
                throw Damaged("the file ends in a packet", canGoOn: false, at);
            if (outcome == SocketCanPacket.Outcome.Frame)
                return true;
        }

        return _file.Buffered.IsEmpty ? false : throw Damaged("the file ends in the header of a packet", canGoOn: false);
    }

    /// <summary>Goes on after a packet that is not a frame. Nothing marks where a packet begins, so other damage is the end.</summary>
    public bool TrySkip()
    {
        if (!_failed || !_canGoOn)
            return false;
        _failed = false;
        return true;
    }

    public void Dispose() => _file.Dispose();

    private void ReadFileHeader()
    {
        if (!_file.Fill(FileHeaderLength))
            throw Damaged("the file ends in its header", canGoOn: false);
        var header = _file.Buffered;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        _isBigEndian = magic is not (Microseconds or Nanoseconds);
        if (_isBigEndian)
            magic = BinaryPrimitives.ReverseEndianness(magic);
        if (magic is not (Microseconds or Nanoseconds))
            throw Damaged("it does not begin as a pcap file", canGoOn: false);
        _nanosecondsPerUnit = magic == Nanoseconds ? 1 : 1_000;
        if ((_isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(header[4..]) : BinaryPrimitives.ReadUInt16LittleEndian(header[4..])) is var version and not 2)
            throw Damaged($"version {version} is not known", canGoOn: false);
        var linkType = (int)(UInt32(header[20..]) & 0xFFFF);
        if (!SocketCanPacket.IsCan(linkType))
            throw Damaged($"its link type is {linkType}, but CAN has 227, or 113 or 276 if it was captured from any interface", canGoOn: false);
        _linkType = linkType;
        _file.Advance(FileHeaderLength);
    }

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private CanLogException Damaged(string reason, bool canGoOn, long? at = null)
    {
        (_failed, _canGoOn) = (true, canGoOn);
        return new(CanLogFormat.Pcap, string.Create(CultureInfo.InvariantCulture, $"byte {at ?? _file.Position}"), reason);
    }
}
