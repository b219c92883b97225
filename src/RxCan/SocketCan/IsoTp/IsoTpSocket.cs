using System.Runtime.InteropServices;
using RxCan.IsoTp;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>A <c>CAN_ISOTP</c> socket bound to one address on one interface. One thread at a time uses it.</summary>
internal sealed unsafe class IsoTpSocket
{
    /// <summary>The most that one <see cref="Receive"/> reads: one and, so that it need not be called again, one that is mostly not there.</summary>
    public const int MaxReceived = 2;

    private IsoTpSocket(FileDescriptor file, int ifIndex)
    {
        File = file;
        IfIndex = ifIndex;
    }

    public FileDescriptor File { get; }

    public int IfIndex { get; }

    /// <summary>Whether no message of this socket is under way.</summary>
    public bool IsIdle => (Poll(File, Abi.POLLOUT) & Abi.POLLOUT) != 0;

    /// <summary>Whether a socket has nothing to read.</summary>
    public static bool IsEmpty(FileDescriptor file) => Poll(file, Abi.POLLIN) == 0;

    /// <summary>Opens and binds one.</summary>
    /// <exception cref="CanBusException">It cannot be opened; <see cref="CanNotSupportedException"/> if the kernel does not support what is asked.</exception>
    public static IsoTpSocket Open(string name, IsoTpAddress address, IsoTpOptions options)
    {
        var file = Libc.Socket(Abi.AF_CAN, Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, Abi.CAN_ISOTP);
        if (file.IsInvalid)
        {
            throw Libc.LastError == Errno.EPROTONOSUPPORT
                ? new CanNotSupportedException(name, "this kernel has no ISO-TP; load it with: modprobe can-isotp")
                : SocketCanError.Of(name, "socket(CAN_ISOTP)", Libc.LastError);
        }

        try
        {
            Configure(file, name, address, options);
            var bound = new SockAddrCan
            {
                Family = Abi.AF_CAN,
                IfIndex = Interfaces.IndexOf(file, name),
                TxId = Raw(address.TxId),
                RxId = Raw(address.RxId),
            };
            if (bound.IfIndex == 0)
                throw SocketCanError.NoSuchInterface(name);
            if (options.Fd && Interfaces.MtuOf(file, name) < Abi.CANFD_MTU)
                throw new CanNotSupportedException(name, "the interface does not accept CAN FD frames");
            if (Libc.Bind(file, &bound, sizeof(SockAddrCan)) < 0)
                throw SocketCanError.Of(name, "bind(CAN_ISOTP)", Libc.LastError);
            return new(file, bound.IfIndex);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Begins to send a message; returns the error if it cannot.</summary>
    public Errno Send(ReadOnlySpan<byte> payload)
    {
        fixed (byte* bytes = payload)
        {
            while (Libc.Send(File, bytes, payload.Length, Abi.MSG_DONTWAIT) < 0)
            {
                if (Libc.LastError != Errno.EINTR)
                    return Libc.LastError;
            }
        }

        return Errno.None;
    }

    /// <summary>Reads waiting messages, each into its part of a buffer; returns how many, or -1 and why there is none. Fewer than <see cref="MaxReceived"/> are all.</summary>
    public int Receive(Span<byte> buffer, Span<Received> messages, out Errno errno)
    {
        using var file = File.Use();
        fixed (byte* bytes = buffer)
        {
            const int ControlLength = 64;
            var control = stackalloc byte[MaxReceived * ControlLength];
            var vectors = stackalloc IoVec[MaxReceived];
            var headers = stackalloc MMsgHdr[MaxReceived];
            var size = buffer.Length / MaxReceived;
            for (var i = 0; i < MaxReceived; i++)
            {
                vectors[i] = new() { Base = bytes + (i * size), Length = size };
                headers[i].Header = new() { Iov = vectors + i, IovLength = 1, Control = control + (i * ControlLength), ControlLength = ControlLength };
            }

            int count;
            do
            {
                count = Libc.RecvMMsg(file.Number, headers, MaxReceived, Abi.MSG_DONTWAIT);
                errno = count < 0 ? Libc.LastError : Errno.None;
            }
            while (errno == Errno.EINTR);

            for (var i = 0; i < count; i++)
            {
                var header = (CMsgHdr*)headers[i].Header.Control;
                var isStamped = headers[i].Header.ControlLength >= sizeof(CMsgHdr) + sizeof(TimeSpec) && header->Type == Abi.SO_TIMESTAMPNS;
                messages[i] = new((int)headers[i].Received, isStamped ? ((TimeSpec*)(header + 1))->UtcTicks : 0);
            }

            return count;
        }
    }

    /// <summary>Closes it. A message under way ends there.</summary>
    public void Close()
    {
        if (IsIdle)
            File.Dispose();
        else
            Abort(static () => { });
    }

    /// <summary>
    /// Closes it in the middle of a message, which ends there, on a separate thread: the kernel waits for the end of the message, or for a
    /// signal to the closing thread.
    /// </summary>
    /// <param name="closed">Called once it is closed.</param>
    public void Abort(Action closed)
    {
        var closing = new InterruptedClose();
        new Thread(() =>
        {
            closing.Run(File);
            closed();
        })
        { IsBackground = true, Name = "RxCan ISO-TP end" }.Start();
        _ = closing.Interrupt();
    }

    private static void Configure(FileDescriptor file, string name, IsoTpAddress address, IsoTpOptions options)
    {
        var general = new CanIsoTpOptions
        {
            Flags = (options.ListenOnly ? Abi.CAN_ISOTP_LISTEN_MODE : 0) |
                (options.Padding is null ? 0 : Abi.CAN_ISOTP_TX_PADDING) |
                (options.DynamicFlowControl ? Abi.CAN_ISOTP_DYN_FC_PARMS : 0) |
                (address.TxExtension is null ? 0 : Abi.CAN_ISOTP_EXTEND_ADDR | Abi.CAN_ISOTP_RX_EXT_ADDR),
            FrameTxTime = Abi.CAN_ISOTP_FRAME_TXTIME_ZERO,
            ExtAddress = address.TxExtension ?? 0,
            RxExtAddress = address.RxExtension ?? 0,
            TxPadContent = options.Padding ?? 0,
        };
        _ = SeparationTime.TryEncode(options.STmin, out var stMin);
        var flowControl = new CanIsoTpFcOptions { Bs = options.BlockSize ?? 0, STmin = stMin };
        var link = new CanIsoTpLlOptions
        {
            Mtu = (byte)(options.Fd ? Abi.CANFD_MTU : Abi.CAN_MTU),
            TxDl = (byte)options.TxDataLength,
            TxFlags = options.BitRateSwitch ? Abi.CANFD_BRS : (byte)0,
        };
        SocketOption.Set(file, name, Abi.SOL_CAN_ISOTP, Abi.CAN_ISOTP_OPTS, [general]);
        SocketOption.Set(file, name, Abi.SOL_CAN_ISOTP, Abi.CAN_ISOTP_RECV_FC, [flowControl]);
        SocketOption.Set(file, name, Abi.SOL_CAN_ISOTP, Abi.CAN_ISOTP_LL_OPTS, [link]);
        SocketOption.Set(file, name, Abi.SOL_SOCKET, Abi.SO_TIMESTAMPNS, [1]);
    }

    private static int Poll(FileDescriptor file, short events)
    {
        PollFd poll = new() { File = (int)file.DangerousGetHandle(), Events = events };
        return Libc.Poll(&poll, 1, 0) > 0 ? poll.Returned : 0;
    }

    /// <summary>A message read: its length, and when its last frame came.</summary>
    internal readonly record struct Received(int Length, long UtcTicks);

    private static uint Raw(CanId id) => new CanFrame(id, []).RawId;
}
