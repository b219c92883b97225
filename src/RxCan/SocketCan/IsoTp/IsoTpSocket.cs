using System.Runtime.InteropServices;
using RxCan.IsoTp;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>A <c>CAN_ISOTP</c> socket bound to one address on one interface. One thread at a time uses it.</summary>
internal sealed unsafe class IsoTpSocket
{
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

    /// <summary>Reads a waiting message; returns its length, or -1 and why there is none.</summary>
    public int Receive(Span<byte> buffer, out long utcTicks, out Errno errno)
    {
        utcTicks = 0;
        using var file = File.Use();
        fixed (byte* bytes = buffer)
        {
            const int ControlLength = 64;
            var control = stackalloc byte[ControlLength];
            var vector = new IoVec { Base = bytes, Length = buffer.Length };
            var message = new MMsgHdr
            {
                Header = new() { Iov = &vector, IovLength = 1, Control = control, ControlLength = ControlLength },
            };
            int count;
            do
            {
                count = Libc.RecvMMsg(file.Number, &message, 1, Abi.MSG_DONTWAIT);
                errno = count < 0 ? Libc.LastError : Errno.None;
            }
            while (errno == Errno.EINTR);

            if (count < 1)
                return -1;
            if (message.Header.ControlLength >= sizeof(CMsgHdr) + sizeof(TimeSpec) && ((CMsgHdr*)control)->Type == Abi.SO_TIMESTAMPNS)
                utcTicks = ((TimeSpec*)((CMsgHdr*)control + 1))->UtcTicks;
            return (int)message.Received;
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

    private static uint Raw(CanId id) => new CanFrame(id, []).RawId;
}
