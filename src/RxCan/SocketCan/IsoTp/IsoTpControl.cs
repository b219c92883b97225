using RxCan.IsoTp;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>
/// What a session receives and the kernel's ISO-TP does not report, from a raw socket with a kernel filter for exactly these: first frames and
/// flow control, frames after which the kernel no longer waits for the next one (single frames of an impossible length, and consecutive frames
/// shorter than the longest, unless they are the last), and every 16th consecutive frame, as a sign of life.
/// </summary>
internal sealed unsafe class IsoTpControl : IDisposable
{
    private const int ReceiveBufferSize = 256 * 1024;

    private readonly RawSocket _socket;
    private readonly uint _start; // of the protocol control information
    private readonly Queue<CanFrame> _frames = new();

    public FileDescriptor File => _socket.File;

    /// <summary>Whether all frames read have been taken.</summary>
    public bool IsEmpty => _frames.Count == 0;

    /// <summary>The length of the longest frames.</summary>
    public int Longest { get; }

    /// <exception cref="CanBusException">It cannot be opened.</exception>
    public IsoTpControl(string name, CanBusOptions options, IsoTpAddress address, IsoTpOptions session)
    {
        _socket = RawSocket.Open(name, options with { ReceiveBufferSize = ReceiveBufferSize, HardwareTimestamps = false, ReceiveOwnMessages = false });
        _start = address.RxExtension is null ? 0u : 1u;
        Longest = session.Fd ? CanFrame.MaxFdLength : CanFrame.MaxLength;
        try
        {
            Show(allConsecutive: session.ListenOnly);
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
        using var socket = _socket.File.Use();
        int count;
        do
        {
            count = batch.Receive(socket);
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

    /// <summary>Selects which consecutive frames it receives: all, or only those.</summary>
    /// <exception cref="CanBusException">The filter cannot be set.</exception>
    public void Show(bool allConsecutive)
    {
        const uint Length = 4, Data = 8; // offsets in struct can_frame and canfd_frame
        const uint All = 0xFFFF;
        var program = stackalloc SockFilter[]
        {
            new(Abi.BPF_LD_B_ABS, Length),
            new(Abi.BPF_ALU_SUB_K, _start),
            new(Abi.BPF_MISC_TAX, 0),
            new(Abi.BPF_LD_B_ABS, Data + _start),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.SingleFrame, jumpTrue: 10), // with length 0, or the CAN FD format
            new(Abi.BPF_JMP_JGE_K, IsoTpFormat.FirstFrame, jumpTrue: 1),
            new(Abi.BPF_JMP_JGE_X, 0, jumpTrue: 8, jumpFalse: 7), // single: longer than its frame
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.ConsecutiveFrame, jumpTrue: 7), // with the sequence number 0
            new(Abi.BPF_ALU_AND_K, 0xF0),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.FirstFrame, jumpTrue: 5),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.FlowControl, jumpTrue: 4),
            new(Abi.BPF_JMP_JEQ_K, IsoTpFormat.ConsecutiveFrame, jumpFalse: 2),
            new(Abi.BPF_LD_B_ABS, Length),
            new(Abi.BPF_JMP_JGE_K, allConsecutive ? All : (uint)Longest, jumpFalse: 1),
            new(Abi.BPF_RET_K, 0),
            new(Abi.BPF_RET_K, All),
        };
        SocketOption.Set(_socket.File, _socket.Name, Abi.SOL_SOCKET, Abi.SO_ATTACH_FILTER, [new SockFProg { Length = 16, Filter = program }]);
    }
}
