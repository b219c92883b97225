using System.Runtime.CompilerServices;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Cyclic;

/// <summary>A <c>CAN_BCM</c> socket connected to one interface, and its operations by key. Under its manager's gate, except for receiving.</summary>
internal sealed unsafe class BroadcastSocket : IDisposable
{
    private readonly Dictionary<BroadcastKey, BroadcastOperation?> _operations = []; // null: deleted, but its reports may still be waiting
    private readonly List<BroadcastKey> _deleted = [];
    private int _live;

    private BroadcastSocket(FileDescriptor file, string name)
    {
        File = file;
        Name = name;
    }

    public FileDescriptor File { get; }

    public string Name { get; }

    /// <summary>Whether it accepts no new operations: its interface is gone, or one of its operations could not be deleted.</summary>
    public bool IsSpent { get; set; }

    public bool IsIdle => _live == 0;

    /// <summary>The number of lost messages already reported, modulo 2^32.</summary>
    public uint Dropped { get; set; }

    public IEnumerable<BroadcastOperation> Operations => _operations.Values.OfType<BroadcastOperation>().Distinct();

    /// <summary>The keys of deleted operations, until they are freed: they can be used again once the waiting reports are read.</summary>
    public BroadcastKey[] Deleted => [.. _deleted];

    /// <exception cref="CanBusException">It cannot be opened.</exception>
    /// <returns>Null if the kernel has no broadcast manager.</returns>
    public static BroadcastSocket? Open(string name, CanBusOptions options)
    {
        var file = Libc.Socket(Abi.AF_CAN, Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, Abi.CAN_BCM);
        if (file.IsInvalid)
            return Libc.LastError == Errno.EPROTONOSUPPORT ? null : throw SocketCanError.Of(name, "socket(CAN_BCM)", Libc.LastError);
        try
        {
            ReceiveBuffer.SetSize(file, name, options.ReceiveBufferSize);
            SocketOption.Set(file, name, Abi.SOL_SOCKET, Abi.SO_TIMESTAMPNS, [1]);
            var address = new SockAddrCan { Family = Abi.AF_CAN, IfIndex = Interfaces.IndexOf(file, name) };
            if (address.IfIndex == 0)
                throw SocketCanError.NoSuchInterface(name);
            if (Libc.Connect(file, &address, sizeof(SockAddrCan)) < 0)
                throw SocketCanError.Of(name, "connect", Libc.LastError);
            return new(file, name);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public bool Takes(BroadcastOperation operation)
    {
        if (IsSpent)
            return false;
        foreach (var key in operation.Keys)
        {
            if (_operations.ContainsKey(key))
                return false;
        }

        return true;
    }

    public void Enter(BroadcastOperation operation)
    {
        foreach (var key in operation.Keys)
            _operations.Add(key, operation);
        _live++;
    }

    /// <summary>Deletes an operation in the kernel; returns the error if it cannot.</summary>
    public Errno Delete(BroadcastOperation operation)
    {
        var failure = Errno.None;
        foreach (var key in operation.Keys)
        {
            _operations.Remove(key);
            if (operation.Reports)
            {
                _operations.Add(key, null);
                _deleted.Add(key);
            }

            var errno = Send(key.Head(key.IsReceived ? Abi.RX_DELETE : Abi.TX_DELETE));
            if (errno != Errno.None)
                (failure, IsSpent) = (IsGone(errno) ? failure : errno, true);
        }

        _live--;
        return failure;
    }

    public void Forget(IEnumerable<BroadcastKey> deleted)
    {
        foreach (var key in deleted)
        {
            _operations.Remove(key);
            _deleted.Remove(key);
        }
    }

    public BroadcastOperation? Find(in BroadcastKey key) => _operations.GetValueOrDefault(key);

    /// <summary>Sends a message to the kernel; returns the error if it fails.</summary>
    public Errno Send(BcmMsgHead head, ReadOnlySpan<CanFrame> frames = default)
    {
        var frameSize = (head.Flags & Abi.CAN_FD_FRAME) != 0 ? Abi.CANFD_MTU : Abi.CAN_MTU;
        var size = BcmMsgHead.Size + (frames.Length * frameSize);
        var message = stackalloc byte[size];
        head.Frames = (uint)frames.Length;
        Unsafe.Write(message, head);
        var at = message + BcmMsgHead.Size;
        foreach (ref readonly var frame in frames)
        {
            RawSocket.Write(frame, out var raw);
            Unsafe.CopyBlock(at, &raw, (uint)frameSize);
            at += frameSize;
        }

        while (Libc.Send(File, message, size, Abi.MSG_DONTWAIT) < 0)
        {
            if (Libc.LastError != Errno.EINTR)
                return Libc.LastError;
        }

        return Errno.None;
    }

    public void Dispose() => File.Dispose();

    /// <summary>Whether an error means that the interface was removed.</summary>
    internal static bool IsGone(Errno errno) => errno is Errno.ENODEV or Errno.ENXIO or Errno.ENOTCONN;
}
