using System.Buffers.Binary;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>
/// A data group of several channel groups: their records mixed, each after its record id, with the variable-length data as records of groups
/// of its own. Loggers write them about as they come; up to 8,192 frames are kept to deliver them in order.
/// </summary>
internal sealed class Mdf4UnsortedSource : Mdf4Source
{
    private const int Window = 8_192;
    private const int MaxWaiting = 1 << 16;

    private readonly Mdf4File _file;
    private readonly long _link;
    private readonly long _start;
    private readonly LogInterfaces _interfaces;
    private readonly int _idSize;
    private readonly int _smallest; // record, with its id
    private readonly Dictionary<ulong, Member> _groups = [];
    private readonly BinaryInput _records;
    private readonly PriorityQueue<CanFrame, Mdf4Key> _window = new();
    private bool _isAtEnd;
    private CanLogException? _damage;

    public Mdf4UnsortedSource(
        Mdf4File file, List<Mdf4Group> groups, int idSize, long link, long start, LogInterfaces interfaces, int bufferSize)
    {
        (_file, _idSize, _link, _start, _interfaces) = (file, idSize, link, start, interfaces);
        foreach (var group in groups)
        {
            if (!_groups.TryAdd(group.RecordId, new(group)))
                throw Mdf4File.Damaged(group.Offset, $"two groups have the record id {group.RecordId}");
        }

        _smallest = idSize + (int)groups.Min(g => g.IsVariableLength ? 4 : Math.Min(g.RecordLength, 4));
        foreach (var member in _groups.Values)
        {
            if (member.Group.HasFrames && member.Group.HasVariableData)
                member.Variable = _groups.Values.FirstOrDefault(m => m.Group.Offset == member.Group.DataLink && m.Group.IsVariableLength);
        }

        _records = new(new Mdf4Data(file, link), bufferSize);
    }

    public override bool MoveNext()
    {
        try
        {
            while (_window.Count < Window && !_isAtEnd)
                _isAtEnd = !ReadRecord();
        }
        catch (CanLogException damage)
        {
            (_damage, _isAtEnd) = (damage, true);
        }

        if (_window.TryDequeue(out var frame, out var key))
        {
            (Frame, Key) = (frame, key);
            return true;
        }

        return _damage is null ? false : throw _damage;
    }

    public override void Dispose() => _records.Dispose();

    private bool ReadRecord()
    {
        if (!_records.Fill(_smallest))
            return AtEnd(_records.Buffered.IsEmpty);
        Span<byte> word = stackalloc byte[8];
        _records.Buffered[.._idSize].CopyTo(word);
        var id = BinaryPrimitives.ReadUInt64LittleEndian(word);
        if (!_groups.TryGetValue(id, out var member))
        {
            // Space that was set aside for records that never came.
            return id == 0 && _file.IsUnfinished ? false : throw Mdf4File.Damaged(_link, $"byte {_records.Position} of the data has record id {id}, which no group has");
        }

        var group = member.Group;
        if (group.IsVariableLength)
            return ReadVariable(member);
        if (!group.HasFrames)
        {
            _records.Advance(_idSize);
            return _records.Skip(group.RecordLength) || AtEnd(false);
        }

        var length = _idSize + (int)group.RecordLength;
        if (!_records.Fill(length))
            return AtEnd(false);
        var record = _records.Buffered[_idSize..length];
        var parsed = group.Parse(record, member.Count, _start, _interfaces, out var data);
        var key = new Mdf4Key(parsed.Time, group.Index, member.Count++);
        if (member.Variable is { } variable)
        {
            var at = _file.HasNoOffsets ? variable.References++ : group.DataOffset(record);
            if (variable.Arrived.Remove(at, out var arrived))
                _window.Enqueue(parsed.ToFrame(arrived), key);
            else if (variable.Waiting.Count >= MaxWaiting || !variable.Waiting.TryAdd(at, (parsed, key)))
                throw Mdf4File.Damaged(_link, $"the data of the record at byte {_records.Position} is not there");
        }
        else
        {
            _window.Enqueue(parsed.ToFrame(data), key);
        }

        _records.Advance(length);
        return true;
    }

    private bool ReadVariable(Member member)
    {
        if (!_records.Fill(_idSize + 4))
            return AtEnd(false);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_records.Buffered[_idSize..]);
        _records.Advance(_idSize + 4);
        var kept = (int)Math.Min(length, MaxData);
        if (!_records.Fill(kept))
            return AtEnd(false);
        var data = _records.Buffered[..kept];
        var at = _file.HasNoOffsets ? member.Count : member.Offset;
        if (member.Waiting.Remove(at, out var waiting))
            _window.Enqueue(waiting.Record.ToFrame(data), waiting.Key);
        else if (member.Arrived.Count < MaxWaiting)
            member.Arrived[at] = data.ToArray();
        member.Count++;
        member.Offset += 4 + (long)length;
        return _records.Skip(length) || AtEnd(false);
    }

    /// <summary>An unfinished file may end anywhere.</summary>
    private bool AtEnd(bool isWhole) => isWhole || _file.IsUnfinished ? false : throw Mdf4File.Damaged(_link, "the data ends in a record");

    private sealed class Member(Mdf4Group group)
    {
        public Mdf4Group Group => group;

        public long Count { get; set; }

        /// <summary>The group of its variable-length data.</summary>
        public Member? Variable { get; set; }

        /// <summary>The offset of the next value, and how many records referred to values, if this is variable-length data.</summary>
        public long Offset { get; set; }

        public long References { get; set; }

        public Dictionary<long, (Mdf4Record Record, Mdf4Key Key)> Waiting { get; } = [];

        public Dictionary<long, byte[]> Arrived { get; } = [];
    }
}
