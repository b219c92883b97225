namespace RxCan.Uds;

/// <summary>One subscription to <see cref="UdsServices.Upload"/>.</summary>
internal sealed class UdsUpload(IUdsClient ecu, ulong address, int size, UdsTransferOptions options, IObserver<UdsTransferProgress> observer)
    : UdsTransferRun(ecu, options, observer)
{
    private readonly byte[] _message = [(byte)UdsService.TransferData, 0];
    private byte[] _data = [];
    private int _done;
    private Action<byte[]>? _onBlock;

    protected override void Begin()
    {
        Report(new(0, size));
        Then(Ecu.RequestUpload(Options.Memory(address, (ulong)size), Options.DataFormat, Requests), length =>
        {
            if (!TryTakeLength(UdsService.RequestUpload, length))
                return;
            _data = new byte[size];
            Counter = 1;
            NextBlock();
        });
    }

    private void NextBlock()
    {
        if (_done == size)
        {
            Exit(new(address, _data), Complete);
            return;
        }

        _message[1] = Counter;
        Block(_message, _onBlock ??= OnBlock);
    }

    private void OnBlock(byte[] response)
    {
        var data = response.AsSpan(Math.Min(TransferDataRequest.Overhead, response.Length));
        if (data.IsEmpty || data.Length > size - _done)
        {
            Fail(Malformed.Response(UdsService.TransferData, response, $"{size - _done} bytes are left."));
            return;
        }

        data.CopyTo(_data.AsSpan(_done));
        _done += data.Length;
        Report(new(_done, size, _data.AsMemory(0, _done)));
        NextBlock();
    }
}
