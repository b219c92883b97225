namespace RxCan.Uds;

/// <summary>One subscription to <see cref="UdsServices.Download(IUdsClient, IReadOnlyList{UdsSegment}, UdsTransferOptions?)"/>.</summary>
internal sealed class UdsDownload : UdsTransferRun
{
    private readonly UdsSegment[] _segments;
    private readonly long _total;
    private byte[] _message = [];
    private int _index;
    private int _sent; // of the segment
    private long _done;
    private Action<byte[]>? _onBlock;

    public UdsDownload(IUdsClient ecu, UdsSegment[] segments, UdsTransferOptions options, IObserver<UdsTransferProgress> observer)
        : base(ecu, options, observer)
    {
        _segments = segments;
        foreach (var segment in segments)
            _total += segment.Data.Length;
    }

    private UdsSegment Segment => _segments[_index];

    private UdsMemory Memory => Options.Memory(Segment.Address, (ulong)Segment.Data.Length);

    protected override void Begin()
    {
        Report(new(_done, _total));
        NextSegment();
    }

    private void NextSegment()
    {
        while (_index < _segments.Length && Segment.Data.IsEmpty)
            _index++;
        if (_index == _segments.Length)
        {
            Complete();
            return;
        }

        if (Options.EraseRoutine is not { } erase)
        {
            Request();
            return;
        }

        var writer = new UdsWriter(stackalloc byte[24], Memory.Format);
        Memory.Write(ref writer, withFormat: false);
        Then(Ecu.StartRoutine(erase, writer.ToArray(), Requests), _ => Request());
    }

    private void Request() => Then(Ecu.RequestDownload(Memory, Options.DataFormat, Requests), length =>
    {
        if (!TryTakeLength(UdsService.RequestDownload, length))
            return;
        (Counter, _sent) = (1, 0);
        NextBlock();
    });

    private void NextBlock()
    {
        var left = Segment.Data.Length - _sent;
        if (left == 0)
        {
            Exit(Segment, Check);
            return;
        }

        var length = Math.Min(left, BlockLength - TransferDataRequest.Overhead);
        if (_message.Length != length + TransferDataRequest.Overhead)
            _message = new byte[length + TransferDataRequest.Overhead];
        (_message[0], _message[1]) = ((byte)UdsService.TransferData, Counter);
        Segment.Data.Span.Slice(_sent, length).CopyTo(_message.AsSpan(TransferDataRequest.Overhead));
        Block(_message, _onBlock ??= OnBlock);
    }

    private void OnBlock(byte[] response)
    {
        var length = _message.Length - TransferDataRequest.Overhead;
        _sent += length;
        _done += length;
        Report(new(_done, _total));
        NextBlock();
    }

    private void Check()
    {
        if (Options.Checksum is not { } checksum)
            EndSegment();
        else if (TryCall(checksum.Record, Segment, out var record))
            Then(Ecu.StartRoutine(checksum.Routine, record, Requests), status => Checked(checksum, status));
    }

    private void Checked(UdsChecksum checksum, byte[] status)
    {
        if (!TryCall(checksum.IsPassed, (ReadOnlyMemory<byte>)status, out var isPassed))
            return;
        if (isPassed)
        {
            EndSegment();
            return;
        }

        Fail(new UdsException(
            UdsService.RoutineControl,
            $"Routine {checksum.Routine:X4} says that the data at {Memory} is wrong: status {Convert.ToHexString(status)}. Download it again.",
            status));
    }

    private void EndSegment()
    {
        _index++;
        NextSegment();
    }
}
