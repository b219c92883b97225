using System.Runtime.InteropServices;
using RxCan.Bus;
using RxCan.Links;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Netlink;

/// <summary>
/// Listens to the kernel's link messages on its own thread, and reports the existing interfaces and then the changes. It asks for all
/// interfaces at the start, after the kernel lost messages, and on demand.
/// </summary>
internal sealed class LinkWatch : IDisposable, IPollClient
{
    private const int ReceiveBufferSize = 1024 * 1024;

    private readonly IObserver<CanLinkChange> _observer;
    private readonly LinkTable _table;
    private readonly byte[] _buffer = new byte[NetlinkSocket.DatagramSize];
    private readonly NetlinkSocket _socket;
    private readonly PollLoop _loop = new("RxCan links");
    private volatile bool _isDisposed;
    private volatile bool _isDumpWanted;
    private bool _isDumping;
    private uint _sequence;

    /// <param name="observer">Gets the changes.</param>
    /// <param name="receiveBufferSize">The socket's receive buffer in bytes. An overflow costs one dump.</param>
    /// <exception cref="CanBusException">It cannot be opened.</exception>
    public LinkWatch(IObserver<CanLinkChange> observer, int receiveBufferSize = ReceiveBufferSize)
    {
        _observer = observer;
        _table = new(Tell);
        _socket = NetlinkSocket.TryOpen(Rtnetlink.RTMGRP_LINK) ?? throw LinkError.NoNetlink(BusName.Any, Libc.LastError);
        try
        {
            ReceiveBuffer.SetSize(_socket.File, BusName.Any, receiveBufferSize);
            if (BeginDump() is not Errno.None and var error)
                throw LinkError.Of(BusName.Any, "list the interfaces", error, null);
            _loop.Add(_socket.File, this);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>How many times it asked for all interfaces.</summary>
    public int Dumps => (int)Volatile.Read(ref _sequence);

    /// <summary>Makes it ask for all interfaces, to find changes that come without a message.</summary>
    public void Poll()
    {
        _isDumpWanted = true;
        _loop.Interrupt(_socket.File);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _loop.Close();
    }

    public void OnReady(FileDescriptor file)
    {
        if (Read())
            return;
        _loop.Remove(file);
        OnClosed();
    }

    public void OnClosed() => _socket.Dispose();

    /// <summary>Reads the waiting messages and asks for a dump if one is wanted; false if it has failed.</summary>
    private bool Read()
    {
        while (!_isDisposed)
        {
            var error = _socket.Receive(_buffer, out var datagram);
            if (error == Errno.EAGAIN)
            {
                // Not earlier: after ENOBUFS, the kernel drops its reports without another error until no message is waiting.
                if (!_isDumpWanted || _isDumping)
                    return true;
                error = BeginDump();
                if (error != Errno.None)
                    return Fail(error, null);
            }
            else if (error == Errno.ENOBUFS)
            {
                _isDumpWanted = true;
            }
            else if (error != Errno.None)
            {
                return Fail(error, null);
            }

            var messages = new NetlinkReader(datagram);
            while (messages.Read())
            {
                if (!Take(messages))
                    return false;
            }
        }

        return true;
    }

    private bool Take(in NetlinkReader message)
    {
        var isAnswer = (message.Flags & Rtnetlink.NLM_F_MULTI) != 0; // a report may carry the sequence number of the request that caused it
        if (isAnswer && (message.Flags & Rtnetlink.NLM_F_DUMP_INTR) != 0)
            _isDumpWanted = true;
        switch (message.Type)
        {
            case Rtnetlink.NLMSG_DONE when isAnswer:
                _isDumping = false;
                if (!_isDumpWanted) // an interface missing from the dump may have been added while messages were lost
                    _table.EndDump();
                break;
            case Rtnetlink.NLMSG_ERROR:
                var (error, text) = message.ReadError();
                return Fail(error, text);
            case Rtnetlink.RTM_NEWLINK when LinkMessage.Read(message.Payload) is { } link:
                if (isAnswer)
                    _table.Dumped(link);
                else
                    _table.Reported(link);
                break;
            case Rtnetlink.RTM_DELLINK when MemoryMarshal.TryRead(message.Payload, out IfInfoMsg link) && link.Family == 0:
                _table.Removed(link.Index);
                break;
        }

        return true;
    }

    private Errno BeginDump()
    {
        _isDumpWanted = false;
        _isDumping = true;
        _table.BeginDump();
        Span<byte> request = stackalloc byte[64];
        return _socket.Send(LinkClient.DumpRequest(request, ++_sequence));
    }

    private void Tell(CanLinkChange change)
    {
        if (!_isDisposed)
            _observer.OnNext(change);
    }

    private bool Fail(Errno error, string? message)
    {
        if (!_isDisposed)
            _observer.OnError(LinkError.Of(BusName.Any, "list the interfaces", error, message));
        return false;
    }
}
