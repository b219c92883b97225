using RxCan.IsoTp;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>
/// The first frames and flow control frames that a session receives, from a raw socket with a kernel filter for exactly these: the kernel's
/// ISO-TP does not report when a message begins, and does not count how often it is asked to wait. Also consecutive frames of less than 8
/// bytes: after one that is not the last, the kernel stops its timer for the next.
/// </summary>
internal sealed unsafe class IsoTpControl : IDisposable
{
    private const int ReceiveBufferSize = 256 * 1024;

    private readonly RawSocket _socket;
    private readonly Queue<CanFrame> _frames = new();

    public FileDescriptor File => _socket.File;

    /// <exception cref="CanBusException">It cannot be opened.</exception>
    public IsoTpControl(string name, CanBusOptions options, IsoTpAddress address)
    {
        _socket = RawSocket.Open(name, options with { ReceiveBufferSize = ReceiveBufferSize, HardwareTimestamps = false, ReceiveOwnMessages = false });
        try
        {
            Attach(_socket, address.RxExtension is null ? 0u : 1u);
            _socket.SetFilter(CanFilter.Id(address.RxId).KernelFilter);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Reads the waiting frames.</summary>
    public void Receive(FrameBatch batch)
    {
        int count;
        do
        {
            count = batch.Receive(_socket.File);
            uint dropped = 0;
            for (var i = 0; i < count; i++)
                _frames.Enqueue(batch.Read(i, 0, ref dropped));
        }
        while (count == FrameBatch.Capacity || (count < 0 && Libc.LastError is Errno.EINTR or Errno.ENETDOWN));
    }

    /// <summary>Returns the next frame read that came until a time.</summary>
    public bool TryTake(DateTimeOffset until, out CanFrame frame)
    {
        if (_frames.TryPeek(out frame) && frame.Timestamp <= until)
            return _frames.TryDequeue(out frame);
        return false;
    }

    public void Dispose() => _socket.Dispose();

    private static void Attach(RawSocket socket, uint start)
    {
        const uint Length = 4, Data = 8; // offsets in struct can_frame
        const uint All = 0xFFFF;
        var program = stackalloc SockFilter[]
        {
            new(Abi.BPF_LD_B_ABS, Data + start),
            new(Abi.BPF_ALU_AND_K, 0xF0),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.FirstFrame, jumpTrue: 4),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.FlowControl, jumpTrue: 3),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.ConsecutiveFrame, jumpFalse: 3),
            new(Abi.BPF_LD_B_ABS, Length),
            new(Abi.BPF_JMP_JGE_K, CanFrame.MaxLength, jumpTrue: 1),
            new(Abi.BPF_RET_K, All),
            new(Abi.BPF_RET_K, 0),
        };
        SocketOption.Set(socket.File, socket.Name, Abi.SOL_SOCKET, Abi.SO_ATTACH_FILTER, [new SockFProg { Length = 9, Filter = program }]);
    }
}
