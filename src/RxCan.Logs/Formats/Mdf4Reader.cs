using System.Buffers.Binary;
using RxCan.Logs.Formats.Mdf4;

namespace RxCan.Logs.Formats;

/// <summary>
/// Reads the bus logging of an MDF 4.1 file: <c>CAN_DataFrame</c>, <c>CAN_RemoteFrame</c> and <c>CAN_ErrorFrame</c>, finished or not, merged by time.
/// Needs a stream that can seek, and takes it over. Memory: the blocks that describe, two buffers a channel group, one decompressed block a
/// group, and where groups share a stream up to 8,192 frames: those that come later than that are out of order.
/// </summary>
/// <remarks>Damage ends only the group in which it is: the others are read to their end before the exception comes.</remarks>
internal sealed class Mdf4Reader(Stream stream) : ILogReader
{
    private const int MaxGroups = 1 << 16;
    private const int FinishedHeader = 64;

    private readonly LogInterfaces _interfaces = new();
    private readonly List<Mdf4Source> _sources = [];
    private readonly PriorityQueue<Mdf4Source, Mdf4Key> _next = new();
    private CanLogException? _damage;
    private Mdf4Source? _last;
    private bool _isOpen;

    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= 9 && (head.StartsWith("MDF     "u8) || head.StartsWith("UnFinMF "u8)) && head[8] == (byte)'4';

    public bool Read(out CanFrame frame)
    {
        if (!_isOpen)
            Open();
        if (_last is { } last)
        {
            // Where one source has all that comes next, there is nothing to sort.
            _last = null;
            if (MoveNext(last))
            {
                if (_next.Count == 0)
                    return Deliver(last, out frame);
                return Deliver(_next.EnqueueDequeue(last, last.Key), out frame);
            }
        }

        if (_next.TryDequeue(out var next, out _))
            return Deliver(next, out frame);
        frame = default;
        if (_damage is not { } damage)
            return false;
        _damage = null;
        throw damage;
    }

    /// <summary>All that can be read was delivered before the exception.</summary>
    public bool TrySkip() => false;

    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
        stream.Dispose();
    }

    private bool Deliver(Mdf4Source source, out CanFrame frame)
    {
        frame = source.Frame;
        _last = source;
        return true;
    }

    private bool MoveNext(Mdf4Source source)
    {
        try
        {
            return source.MoveNext();
        }
        catch (CanLogException damage)
        {
            _damage ??= damage;
            return false;
        }
    }

    private void Open()
    {
        _isOpen = true;
        if (!stream.CanSeek)
            throw Mdf4File.Damaged(0, "an MDF file can only be read from a stream that can seek: copy it to a file first");
        try
        {
            var file = Describe();
            ReadGroups(file);
        }
        catch (CanLogException damage)
        {
            _damage = damage;
        }

        foreach (var source in _sources)
        {
            if (MoveNext(source))
                _next.Enqueue(source, source.Key);
        }
    }

    private Mdf4File Describe()
    {
        var origin = stream.Position;
        Span<byte> head = stackalloc byte[FinishedHeader];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = origin;
        if (length < head.Length || !Recognises(head))
            throw Mdf4File.Damaged(0, "it does not begin as an MDF 4 file");
        var unfinished = BinaryPrimitives.ReadUInt16LittleEndian(head[60..]);
        return new(stream) { IsUnfinished = head.StartsWith("UnFinMF"u8), HasNoOffsets = (unfinished & 0x40) != 0 };
    }

    private void ReadGroups(Mdf4File file)
    {
        var header = file.Block(FinishedHeader, "HD");
        var start = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(header.DataOf(8)), long.MaxValue);
        var seen = new HashSet<long>();
        var found = new List<(List<Mdf4Group> Groups, int IdSize, long Link)>();
        var count = 0;
        for (var link = header.Link(0); link != 0;)
        {
            // What was found before damage is read all the same.
            try
            {
                if (!seen.Add(link))
                    throw Mdf4File.Damaged(link, "a list of data groups leads back to itself");
                var block = file.Block(link, "DG");
                link = 0;
                int idSize = block.DataOf(1)[0];
                var groups = new List<Mdf4Group>();
                found.Add((groups, idSize, block.Link(2)));
                if (idSize is not (0 or 1 or 2 or 4 or 8))
                    throw Mdf4File.Damaged(block.Offset, $"record ids of {idSize} bytes");
                link = block.Link(0);
                for (var at = block.Link(1); at != 0;)
                {
                    if (!seen.Add(at) || count == MaxGroups)
                        throw Mdf4File.Damaged(at, "a list of channel groups leads back to itself, or is too long");
                    var group = file.Block(at, "CG");
                    groups.Add(new(file, group, count++, seen));
                    at = group.Link(0);
                }
            }
            catch (CanLogException damage)
            {
                _damage ??= damage;
                if (found.Count == 0 || link == 0 || seen.Contains(link))
                    break;
            }
        }

        found.RemoveAll(f => f.Link == 0 || !f.Groups.Exists(g => g.HasFrames));
        var bufferSize = found.Count <= 64 ? 1 << 15 : 1 << 13;
        foreach (var (groups, idSize, link) in found)
        {
            try
            {
                _sources.Add(idSize > 0
                    ? new Mdf4UnsortedSource(file, groups, idSize, link, start, _interfaces, bufferSize)
                    : new Mdf4SortedSource(file, groups[0], link, start, _interfaces, bufferSize));
            }
            catch (CanLogException damage)
            {
                _damage ??= damage;
            }
        }
    }
}
