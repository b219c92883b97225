using System.Buffers;

namespace RxCan.Uds;

/// <summary>Puts the data of records together, whatever their order.</summary>
internal sealed class ImageBuilder
{
    private readonly List<(ulong Address, byte[] Data)> _pieces = [];
    private ArrayBufferWriter<byte> _last = new(); // what follows the last record is appended
    private ulong _lastAddress;

    public void Add(ulong address, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        if (_last.WrittenCount > 0 && address != _lastAddress + (ulong)_last.WrittenCount)
            EndPiece();
        if (_last.WrittenCount == 0)
            _lastAddress = address;
        _last.Write(data);
    }

    /// <summary>The segments; an error if two records have the same address.</summary>
    public List<UdsSegment> Build(RecordReader reader)
    {
        EndPiece();
        _pieces.Sort((one, other) => one.Address.CompareTo(other.Address));
        var segments = new List<UdsSegment>();
        for (var first = 0; first < _pieces.Count;)
        {
            var next = first + 1;
            var length = _pieces[first].Data.Length;
            while (next < _pieces.Count && _pieces[next].Address == _pieces[first].Address + (ulong)length)
                length += _pieces[next++].Data.Length;
            if (next < _pieces.Count && _pieces[next].Address < _pieces[first].Address + (ulong)length)
                throw reader.Error($"ends a file in which {_pieces[next].Address:X} is written twice");
            segments.Add(new(_pieces[first].Address, next == first + 1
                ? _pieces[first].Data
                : _pieces[first..next].SelectMany(piece => piece.Data).ToArray()));
            first = next;
        }

        return segments;
    }

    private void EndPiece()
    {
        if (_last.WrittenCount > 0)
            _pieces.Add((_lastAddress, _last.WrittenSpan.ToArray()));
        _last = new();
    }
}
