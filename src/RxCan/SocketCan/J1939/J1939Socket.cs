using System.Runtime.CompilerServices;
using RxCan.J1939;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Netlink;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.J1939;

/// <summary>A <c>CAN_J1939</c> socket bound to one interface. One thread at a time receives.</summary>
internal sealed unsafe class J1939Socket : IDisposable
{
    private const int ControlLength = 256; // a report has time stamps, attributes and the error
    private const int SmallBuffer = 64 * 1024; // a longer message takes so many frames that its offsets are read well before its end

    // No source is the global address.
    private static readonly J1939KernelFilter Nothing = new() { Address = 0xFF, AddressMask = 0xFF };

    private readonly int _ifIndex;
    private byte[] _buffer = [];
    private int _priority = -1;

    private J1939Socket(FileDescriptor file, string name, int ifIndex)
    {
        File = file;
        Name = name;
        _ifIndex = ifIndex;
    }

    public FileDescriptor File { get; }

    public string Name { get; }

    /// <summary>The number that the kernel gives the next message sent and uses in its reports.</summary>
    public uint NextKey { get; private set; }

    /// <exception cref="CanBusException">It cannot be opened.</exception>
    /// <returns>Null if the kernel has no J1939.</returns>
    public static J1939Socket? Open(string name, CanBusOptions options, bool receives, bool isPromiscuous)
    {
        var file = Libc.Socket(Abi.AF_CAN, Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, Abi.CAN_J1939);
        if (file.IsInvalid)
            return Libc.LastError == Errno.EPROTONOSUPPORT ? null : throw SocketCanError.Of(name, "socket(CAN_J1939)", Libc.LastError);
        try
        {
            var ifIndex = Interfaces.IndexOf(file, name);
            if (ifIndex == 0)
                throw SocketCanError.NoSuchInterface(name);
            var socket = new J1939Socket(file, name, ifIndex);
            socket.Set(Abi.SOL_SOCKET, Abi.SO_BROADCAST, 1);
            socket.Set(Abi.SOL_CAN_J1939, Abi.SO_J1939_ERRQUEUE, 1);
            socket.Set(
                Abi.SOL_SOCKET,
                Abi.SO_TIMESTAMPING,
                Abi.SOF_TIMESTAMPING_SOFTWARE | Abi.SOF_TIMESTAMPING_TX_ACK | Abi.SOF_TIMESTAMPING_TX_SCHED | Abi.SOF_TIMESTAMPING_OPT_ID |
                Abi.SOF_TIMESTAMPING_OPT_CMSG | Abi.SOF_TIMESTAMPING_OPT_TSONLY | Abi.SOF_TIMESTAMPING_OPT_STATS |
                (receives ? Abi.SOF_TIMESTAMPING_RX_SOFTWARE : 0));
            if (isPromiscuous)
                socket.Set(Abi.SOL_CAN_J1939, Abi.SO_J1939_PROMISC, 1);
            if (receives)
                ReceiveBuffer.SetSize(file, name, options.ReceiveBufferSize);
            socket.SetFilter([]);
            return socket;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Sets or changes its address.</summary>
    /// <exception cref="CanBusException">It cannot be bound.</exception>
    public void Bind(byte address, J1939Name? name)
    {
        var to = new SockAddrCan
        {
            Family = Abi.AF_CAN,
            IfIndex = _ifIndex,
            J1939Name = name?.Value ?? 0,
            J1939Pgn = Abi.J1939_NO_PGN,
            J1939Address = address,
        };
        if (Libc.Bind(File, &to, sizeof(SockAddrCan)) < 0)
            throw SocketCanError.Of(Name, "bind", Libc.LastError);
    }

    /// <summary>Sets what is received: the messages that pass any of these filters, so none if there are no filters.</summary>
    /// <exception cref="CanBusException">The kernel refused.</exception>
    public void SetFilter(ReadOnlySpan<J1939KernelFilter> filters) =>
        SocketOption.Set(File, Name, Abi.SOL_CAN_J1939, Abi.SO_J1939_FILTER, filters.IsEmpty ? new(in Nothing) : filters);

    /// <summary>Receives everything.</summary>
    /// <exception cref="CanBusException">The kernel refused.</exception>
    public void ClearFilter() => SocketOption.Set<J1939KernelFilter>(File, Name, Abi.SOL_CAN_J1939, Abi.SO_J1939_FILTER, []);

    /// <summary>
    /// Sends a message, or the rest of one whose beginning the kernel has taken.
    /// </summary>
    /// <param name="data">What is left of it.</param>
    /// <param name="pgn">The parameter group.</param>
    /// <param name="destination">The receiver's address.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="isRest">Whether the kernel has already taken a part.</param>
    /// <param name="taken">The bytes taken; fewer than all if there was no room.</param>
    /// <returns>The error; <see cref="Errno.EAGAIN"/> if there was no room at all.</returns>
    public Errno Send(ReadOnlySpan<byte> data, J1939Pgn pgn, byte destination, int priority, bool isRest, out int taken)
    {
        taken = 0;
        if (_priority != priority && Libc.SetSockOpt(File, Abi.SOL_CAN_J1939, Abi.SO_J1939_SEND_PRIO, &priority, sizeof(int)) < 0)
            return Libc.LastError;
        _priority = priority;
        var to = new SockAddrCan { Family = Abi.AF_CAN, IfIndex = _ifIndex, J1939Pgn = pgn.Value, J1939Address = destination };
        nint sent;
        fixed (byte* first = data)
        {
            byte none;
            do
                sent = Libc.SendTo(File, first is null ? &none : first, data.Length, Abi.MSG_DONTWAIT, &to, sizeof(SockAddrCan));
            while (sent < 0 && Libc.LastError == Errno.EINTR);
        }

        // A message of which a part was taken has used its number, even if it was refused in the end.
        if (!isRest && (sent >= 0 || Libc.LastError == Errno.EBUSY))
            NextKey++;
        if (sent < 0)
            return Libc.LastError;
        taken = (int)sent;
        return Errno.None;
    }

    /// <summary>Reads a waiting message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isTruncated">Whether it was longer than <see cref="Expect"/> made room for.</param>
    /// <returns>The error; <see cref="Errno.EAGAIN"/> if no message is waiting.</returns>
    public Errno Receive(out J1939Message? message, out bool isTruncated)
    {
        message = null;
        isTruncated = false;
        if (_buffer.Length == 0)
            _buffer = new byte[SmallBuffer];
        var from = default(SockAddrCan);
        var control = stackalloc byte[ControlLength];
        using var file = File.Use();
        nint length;
        MsgHdr header;
        fixed (byte* buffer = _buffer)
        {
            var vector = new IoVec { Base = buffer, Length = _buffer.Length };
            header = new()
            {
                Name = &from,
                NameLength = sizeof(SockAddrCan),
                Iov = &vector,
                IovLength = 1,
                Control = control,
                ControlLength = ControlLength,
            };
            do
                length = Libc.RecvMsg(file.Number, &header, Abi.MSG_DONTWAIT);
            while (length < 0 && Libc.LastError == Errno.EINTR);
            if (length < 0)
                return Libc.LastError;
        }

        var (destination, priority, ticks) = (J1939Address.Global, 6, 0L);
        for (CMsgHdr* at = null; Next(header, ref at);)
        {
            switch (at->Level, at->Type)
            {
                case (Abi.SOL_CAN_J1939, Abi.SCM_J1939_DEST_ADDR):
                    destination = *(byte*)(at + 1);
                    break;
                case (Abi.SOL_CAN_J1939, Abi.SCM_J1939_PRIO):
                    priority = *(byte*)(at + 1);
                    break;
                case (Abi.SOL_SOCKET, Abi.SO_TIMESTAMPING_OLD or Abi.SO_TIMESTAMPING_NEW):
                    ticks = ((TimeSpec*)(at + 1))->UtcTicks;
                    break;
            }
        }

        isTruncated = (header.Flags & Abi.MSG_TRUNC) != 0;
        message = new()
        {
            Pgn = J1939Pgn.FromBits(from.J1939Pgn),
            Data = _buffer.AsSpan(0, (int)length).ToArray(),
            Source = from.J1939Address,
            Destination = destination,
            Priority = priority,
            SourceName = from.J1939Name == 0 ? null : new(from.J1939Name),
            Timestamp = ticks <= DateTime.UnixEpoch.Ticks ? DateTimeOffset.UtcNow : new(ticks, TimeSpan.Zero), // long messages have no time stamp
        };
        if (_buffer.Length > SmallBuffer && length > SmallBuffer)
            _buffer = [];
        return Errno.None;
    }

    /// <summary>Makes room for a message of which so many bytes have arrived, or are about to.</summary>
    public void Expect(uint length, int max)
    {
        if (_buffer.Length < Math.Min(length, max))
            _buffer = new byte[Math.Min(max, Math.Max(length, Math.Max(SmallBuffer, 2 * _buffer.Length)))];
    }

    /// <summary>Reads a report from the kernel about a message under way; false if none is waiting.</summary>
    public bool TryGetReport(out J1939Report report)
    {
        report = default;
        var control = stackalloc byte[ControlLength];
        var header = new MsgHdr { Control = control, ControlLength = ControlLength };
        using var file = File.Use();
        nint got;
        do
            got = Libc.RecvMsg(file.Number, &header, Abi.MSG_ERRQUEUE | Abi.MSG_DONTWAIT);
        while (got < 0 && Libc.LastError == Errno.EINTR);
        if (got < 0)
            return false;
        for (CMsgHdr* at = null; Next(header, ref at);)
        {
            if (at->Level == Abi.SOL_CAN_J1939 && at->Type == Abi.SCM_J1939_ERRQUEUE)
                report.Error = *(SockExtendedErr*)(at + 1);
            else if (at->Level == Abi.SOL_SOCKET && at->Type == Abi.SCM_TIMESTAMPING_OPT_STATS)
                report.Read(new(new ReadOnlySpan<byte>(at + 1, (int)at->Length - sizeof(CMsgHdr))));
        }

        return true;
    }

    /// <summary>Clears the pending error, so that it does not wake the poller again.</summary>
    public Errno TakeError()
    {
        int error = 0, length = sizeof(int);
        return Libc.GetSockOpt(File, Abi.SOL_SOCKET, Abi.SO_ERROR, &error, ref length) < 0 ? Libc.LastError : (Errno)error;
    }

    /// <summary>Closes it, on a pool thread: the kernel waits until messages under way have ended.</summary>
    public void Dispose() => ThreadPool.UnsafeQueueUserWorkItem(static file => file.Dispose(), File, preferLocal: false);

    private void Set(int level, int option, int value, [CallerArgumentExpression(nameof(option))] string? what = null) =>
        SocketOption.Set(File, Name, level, option, [value], what);

    private static bool Next(in MsgHdr header, ref CMsgHdr* at)
    {
        var next = at is null ? header.Control : (byte*)at + ((at->Length + sizeof(nint) - 1) & -sizeof(nint));
        at = (CMsgHdr*)next;
        return next + sizeof(CMsgHdr) <= header.Control + header.ControlLength && at->Length >= sizeof(CMsgHdr);
    }
}

/// <summary>A report from the kernel about a message under way, from a socket's error queue.</summary>
internal struct J1939Report
{
    public SockExtendedErr Error;

    /// <summary>The length of a message whose reception has begun, its parameter group and its source.</summary>
    public uint TotalSize;
    public uint Pgn;
    public byte Source;

    /// <summary>How much of it had arrived at the last clear to send.</summary>
    public uint BytesAcked;

    public void Read(AttributeReader attributes)
    {
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case Abi.J1939_NLA_BYTES_ACKED:
                    BytesAcked = attributes.As<uint>();
                    break;
                case Abi.J1939_NLA_TOTAL_SIZE:
                    TotalSize = attributes.As<uint>();
                    break;
                case Abi.J1939_NLA_PGN:
                    Pgn = attributes.As<uint>();
                    break;
                case Abi.J1939_NLA_SRC_ADDR:
                    Source = attributes.As<byte>();
                    break;
            }
        }
    }
}
