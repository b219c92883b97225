using System.Buffers.Binary;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>A data group of one channel group: its records one after the other, their variable-length data in a block of its own (SD).</summary>
internal sealed class Mdf4SortedSource : Mdf4Source
{
    private readonly Mdf4File _file;
    private readonly Mdf4Group _group;
    private readonly long _start;
    private readonly LogInterfaces _interfaces;
    private readonly long _link;
    private readonly BinaryInput _records;
    private readonly BinaryInput? _variable;
    private long _index;

    public Mdf4SortedSource(Mdf4File file, Mdf4Group group, long link, long start, LogInterfaces interfaces, int bufferSize)
    {
        (_file, _group, _link, _start, _interfaces) = (file, group, link, start, interfaces);
        _records = new(new Mdf4Data(file, link), bufferSize);
        if (group.HasVariableData)
            _variable = new(new Mdf4Data(file, group.DataLink), bufferSize);
    }

    public override bool MoveNext()
    {
        if (!_file.IsUnfinished && _index == _group.Cycles)
            return false;
        var length = (int)_group.RecordLength;
        if (!_records.Fill(length))
            return _file.IsUnfinished ? false : throw Mdf4File.Damaged(_link, $"the data ends after {_index} of {_group.Cycles} records");
        var record = _records.Buffered[..length];
        var parsed = _group.Parse(record, _index, _start, _interfaces, out var data);
        if (_variable is not null)
            data = Variable(_group.DataOffset(record));
        Frame = parsed.ToFrame(data);
        Key = new(parsed.Time, _group.Index, _index);
        _records.Advance(length);
        _index++;
        return true;
    }

    public override void Dispose()
    {
        _records.Dispose();
        _variable?.Dispose();
    }

    private ReadOnlySpan<byte> Variable(long offset)
    {
        var input = _variable!;
        if (offset < 0 || (offset < input.Position && !input.TryReturn(offset)) || !input.Skip(offset - input.Position) || !input.Fill(4))
            throw Mdf4File.Damaged(_group.DataLink, $"record {_index} refers to byte {offset} of the variable-length data, which has none there");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(input.Buffered);
        if (length > MaxData)
            throw Mdf4File.Damaged(_group.DataLink, $"record {_index} has {length} bytes of data");
        input.Advance(4);
        if (!input.Fill((int)length))
            throw Mdf4File.Damaged(_group.DataLink, "the variable-length data ends in a value");
        var data = input.Buffered[..(int)length];
        input.Advance((int)length);
        return data;
    }
}
