using System.Runtime.CompilerServices;
using RxCan.Bus;
using RxCan.Frames;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>A <c>CAN_RAW</c> socket bound to one interface, or to all of them. It receives nothing until <see cref="SetFilter"/>.</summary>
internal sealed unsafe class RawSocket : IDisposable
{
    /// <summary>How long a call that waits for frames does so at most. An interrupt of the reader waits as long.</summary>
    private const int WaitMilliseconds = 10;

    /// <summary>More than a frame takes of the receive buffer: <c>truesize</c>, 768 bytes or so from Linux's own senders, more from some drivers.</summary>
    private const int MaxFrameMemory = 4096;

    private readonly CanBusOptions _options;
    private uint _receiveBuffer; // in bytes; smaller than asked for if the kernel limits it

    private RawSocket(FileDescriptor file, string name, CanBusOptions options)
    {
        File = file;
        Name = name;
        _options = options;
    }

    public FileDescriptor File { get; }

    public string Name { get; }

    /// <summary>The interface's index; 0 for all interfaces.</summary>
    public int IfIndex { get; private set; }

    /// <summary>Whether its interface was removed: another socket must replace this one.</summary>
    public volatile bool IsDead;

    /// <summary>Whether the interface is up now; null if it is gone.</summary>
    public bool? IsUp => IfIndex == 0 ? true : Interfaces.NameOf(File, IfIndex) is { Length: > 0 } name ? Interfaces.IsUp(File, name) : null;

    /// <summary>The frames that did not fit into the receive buffer since the socket was opened, modulo 2^32.</summary>
    public uint Dropped => ReceiveBuffer.Dropped(File);

    /// <summary>
    /// Whether some of the frames that did not fit may be unknown after this many were read in a row, up to the last one: the buffer was full then.
    /// </summary>
    public bool MayHaveDropped(int count) => count > _receiveBuffer / MaxFrameMemory;

    /// <exception cref="CanBusException">It cannot be opened.</exception>
    public static RawSocket Open(string name, CanBusOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw SocketCanError.NoSystem(name);
        var file = Libc.Socket(Abi.AF_CAN, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Abi.CAN_RAW);
        if (file.IsInvalid)
            throw SocketCanError.Of(name, "socket(AF_CAN)", Libc.LastError);
        var socket = new RawSocket(file, name, options);
        try
        {
            socket.Configure();
            socket.Bind();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Stands for the socket of an interface that is missing.</summary>
    public static RawSocket Missing(string name, CanBusOptions options) => new(new FileDescriptor(), name, options) { IsDead = true };

    /// <summary>Writes a frame in the kernel's layout: the whole structure for CAN FD, otherwise its first <see cref="Abi.CAN_MTU"/> bytes.</summary>
    public static void Write(in CanFrame frame, out RawFrame raw)
    {
        Unsafe.SkipInit(out raw);
        raw.Id = frame.RawId;
        raw.Length = (byte)frame.Length;
        raw.Flags = frame.IsFd ? (byte)((byte)frame.Flags & (byte)(CanFrame.FrameFlags.BitRateSwitch | CanFrame.FrameFlags.ErrorStateIndicator)) : (byte)0;
        raw.Reserved = 0;
        raw.Len8Dlc = !frame.IsFd && frame.Dlc > CanFrame.MaxLength ? (byte)frame.Dlc : (byte)0;
        Span<byte> data = raw.Data;
        data = data[..(frame.IsFd ? CanFrame.MaxFdLength : CanFrame.MaxLength)];
        data.Clear();
        frame.Data.CopyTo(data);
    }

    /// <exception cref="CanBusException">The kernel refused.</exception>
    public void SetFilter(IReadOnlyList<CanFilterEntry> entries) =>
        SocketOption.Set<CanFilterEntry>(File, Name, Abi.SOL_CAN_RAW, Abi.CAN_RAW_FILTER, [.. entries]);

    /// <exception cref="CanBusException">The kernel refused.</exception>
    public void SetErrorMask(CanErrorClass errors) => Set(Abi.SOL_CAN_RAW, Abi.CAN_RAW_ERR_FILTER, (int)errors);

    /// <summary>Sends a frame; false if the transmit queue is full.</summary>
    /// <exception cref="CanBusException">It cannot be sent.</exception>
    public bool TrySend(in CanFrame frame)
    {
        if (IfIndex == 0)
            throw new CanBusException(Name, $"{Name}: this bus can only receive. Open an interface by its name to send.");
        if (frame.IsFd && !_options.Fd)
            throw SocketCanError.FdNotOpened(Name);
        Write(frame, out var raw);

        // A link that went down leaves ENETDOWN for the next call, even after it is up again: that call is made twice.
        for (var isRetry = false; ; isRetry = true)
        {
            if (Libc.Send(File, &raw, frame.IsFd ? Abi.CANFD_MTU : Abi.CAN_MTU, Abi.MSG_DONTWAIT) >= 0)
                return true;
            switch (Libc.LastError)
            {
                case Errno.ENOBUFS or Errno.EAGAIN:
                    return false;
                case Errno.EINTR:
                    continue;
                case Errno.ENETDOWN when !isRetry && IsUp == true:
                    continue;
                case Errno.EINVAL when frame.IsFd:
                    throw SocketCanError.FdNotSupported(Name);
                case var errno:
                    throw SocketCanError.Of(Name, "send", errno);
            }
        }
    }

    /// <summary>Reads a waiting frame. Returns the error: <see cref="Errno.ENODEV"/> if the interface was removed.</summary>
    public Errno Receive(out RawFrame frame)
    {
        fixed (RawFrame* first = &frame)
            return Libc.Recv(File, first, sizeof(RawFrame), Abi.MSG_DONTWAIT) < 0 ? Libc.LastError : Errno.None;
    }

    /// <summary>Sends at most 32 frames, all classic or all CAN FD; returns how many, 0 if the first one cannot be sent now or at all.</summary>
    public int TrySend(ReadOnlySpan<CanFrame> frames)
    {
        const int Max = 32;
        var count = Math.Min(frames.Length, Max);
        var isFd = frames[0].IsFd;
        if (IfIndex == 0 || (isFd && !_options.Fd))
            return 0;
        var messages = stackalloc MMsgHdr[Max];
        var vectors = stackalloc IoVec[Max];
        var buffers = stackalloc RawFrame[Max];
        for (var i = 0; i < count; i++)
        {
            Write(frames[i], out buffers[i]);
            vectors[i] = new() { Base = (byte*)(buffers + i), Length = isFd ? Abi.CANFD_MTU : Abi.CAN_MTU };
            messages[i] = new() { Header = new() { Iov = vectors + i, IovLength = 1 } };
        }

        return Math.Max(0, Libc.SendMMsg(File, messages, (uint)count, Abi.MSG_DONTWAIT));
    }

    public void Dispose() => File.Dispose();

    private void Configure()
    {
        SetFilter([]);
        Set(Abi.SOL_CAN_RAW, Abi.CAN_RAW_LOOPBACK, _options.Loopback ? 1 : 0);
        Set(Abi.SOL_CAN_RAW, Abi.CAN_RAW_RECV_OWN_MSGS, _options.ReceiveOwnMessages ? 1 : 0);
        if (_options.Fd)
            Set(Abi.SOL_CAN_RAW, Abi.CAN_RAW_FD_FRAMES, 1);
        ReceiveBuffer.SetSize(File, Name, _options.ReceiveBufferSize);
        _receiveBuffer = ReceiveBuffer.Size(File);
        Set(Abi.SOL_SOCKET, Abi.SO_RXQ_OVFL, 1);
        SocketOption.Set<nint>(File, Name, Abi.SOL_SOCKET, Abi.SO_RCVTIMEO_OLD, [0, WaitMilliseconds * 1000]); // struct timeval
        if (_options.HardwareTimestamps)
        {
            Set(
                Abi.SOL_SOCKET,
                Abi.SO_TIMESTAMPING,
                Abi.SOF_TIMESTAMPING_RX_HARDWARE | Abi.SOF_TIMESTAMPING_RAW_HARDWARE | Abi.SOF_TIMESTAMPING_RX_SOFTWARE | Abi.SOF_TIMESTAMPING_SOFTWARE);
        }
        else
        {
            Set(Abi.SOL_SOCKET, Abi.SO_TIMESTAMPNS, 1);
        }
    }

    private void Bind()
    {
        if (Name != BusName.Any)
        {
            IfIndex = Interfaces.IndexOf(File, Name);
            if (IfIndex == 0)
                throw SocketCanError.NoSuchInterface(Name);
            if (!Interfaces.IsCan(File, Name))
                throw SocketCanError.NoCanInterface(Name);
        }

        var address = new SockAddrCan { Family = Abi.AF_CAN, IfIndex = IfIndex };
        if (Libc.Bind(File, &address, sizeof(SockAddrCan)) < 0)
            throw SocketCanError.Of(Name, "bind", Libc.LastError);
    }

    private void Set(int level, int option, int value, [CallerArgumentExpression(nameof(option))] string? what = null) =>
        SocketOption.Set(File, Name, level, option, [value], what);
}
