using System.Reactive.Concurrency;
using RxCan.Bus;
using RxCan.IsoTp;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>
/// A session's engine over the kernel's <c>CAN_ISOTP</c>. The socket never blocks: it takes one message at a time and is writable again when
/// that has been sent. What the kernel does not report is read from the first frames and flow control frames themselves.
/// </summary>
internal sealed partial class KernelIsoTpEngine : IIsoTpEngine, IPollClient
{
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(1);

    private readonly KernelIsoTp _sessions;
    private readonly IsoTpAddress _address;
    private readonly IsoTpOptions _options;
    private readonly IsoTpFormat _format;
    private readonly CanBusException? _failure;
    private readonly Lock _gate = new();
    private IIsoTpSink _sink = null!;
    private IsoTpSocket? _socket; // null: closed
    private IsoTpControl? _control;
    private int _drained; // the loop's round in which both were read to their end
    private bool _isReplaced; // by this socket, while the previous one is being closed

    private Sending _sending;
    private ReadOnlyMemory<byte> _payload;
    private TimeSpan? _roomUntil;
    private bool _isAnswerable;
    private int _blockSize; // what the kernel uses; -1 before flow control
    private bool _isOneBlock; // no more flow control is expected
    private readonly IStopwatch _clock;
    private readonly DueTimer _guard; // for the next frame of the reception under way
    private int _waits;
    private bool _wasDown;
    private Exception? _sendError;

    /// <summary>Makes one on a socket, or one that ends with a failure when it is started.</summary>
    public KernelIsoTpEngine(KernelIsoTp sessions, IsoTpAddress address, IsoTpOptions options, IsoTpSocket? socket, CanBusException? failure = null)
    {
        (_sessions, _address, _options, _socket, _failure) = (sessions, address, options, socket, failure);
        _format = new(address, options);
        _clock = sessions.Bus.Scheduler.StartStopwatch();
        _guard = new(sessions.Bus.Scheduler, OnGuard);
        _isShown = options.ListenOnly;
    }

    private enum Sending
    {
        Nothing,
        Waiting,
        Begun,
    }

    private string Name => _sessions.Bus.Name;

    private bool IsSingle => _payload.Length <= _format.MaxInSingleFrame;

    public void Start(IIsoTpSink sink)
    {
        _sink = sink;
        if (_failure is not null)
        {
            sink.Ended(_failure);
            sink.Flush();
            return;
        }

        try
        {
            lock (_gate)
            {
                if (_socket is null)
                    return;
                _control = new(Name, _sessions.Bus.Options, _address, _options);
                _sessions.Loop.Add(_control.File, this, Abi.EPOLLIN | Abi.EPOLLET);
                Watch(_socket);
            }
        }
        catch (IOException e)
        {
            End(e as CanBusException ?? new CanBusException(Name, $"{Name}: cannot receive: {e.Message}.", e));
        }
        catch (ObjectDisposedException)
        {
            End(null);
        }
    }

    public void Send(ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            if (_socket is null)
                return;
            _payload = payload;
            _sending = Sending.Waiting;
            _roomUntil = null;
            (_isAnswerable, _blockSize, _isOneBlock, _wasDown, _waits, _sendError) = (false, -1, false, false, 0, null);
            if (!_isReplaced)
                TrySend();
        }

        _sink.Flush();
    }

    public bool Abort()
    {
        lock (_gate)
        {
            switch (_sending)
            {
                case Sending.Waiting:
                    break;
                case Sending.Begun when !IsSingle && !_socket!.IsIdle:
                    Interrupt();
                    break;
                default:
                    return false;
            }

            _sending = Sending.Nothing;
            return true;
        }
    }

    /// <summary>Reads what is waiting and checks what was sent.</summary>
    public void OnReady(FileDescriptor file)
    {
        lock (_gate)
        {
            if (_socket is null)
                return;
            var events = file == _socket.File ? _sessions.Loop.Events : 0;
            var isIdle = (events & Abi.EPOLLOUT) != 0 && _sending != Sending.Nothing && _socket.IsIdle; // read before its errors, which come first
            if (isIdle || _drained != _sessions.Loop.Round)
                Drain(hasMessage: (events & (Abi.EPOLLIN | Abi.EPOLLERR)) == Abi.EPOLLIN);
            if (_socket is not null && isIdle && !_isReplaced)
            {
                if (_sending == Sending.Begun)
                    Finish();
                else if (_sending == Sending.Waiting && _roomUntil is null)
                    TrySend();
            }
        }

        _sink.Flush();
    }

    public void OnClosed() => End(null);

    public void Dispose() => Close();

    /// <summary>Ends the session, with an error or because it is disposed.</summary>
    private void End(Exception? error)
    {
        if (!Close())
            return;
        _sink.Ended(error);
        _sink.Flush();
    }

    private bool Close()
    {
        IsoTpSocket? socket;
        lock (_gate)
            socket = Detach();
        socket?.Close(); // blocks for a moment in the kernel
        return socket is not null;
    }

    /// <summary>Releases the sockets, under the gate; returns the one to close, or null if that was already done.</summary>
    private IsoTpSocket? Detach()
    {
        if (_socket is not { } socket)
            return null;
        _sessions.Loop.Remove(socket.File);
        _socket = null;
        _sending = Sending.Nothing;
        if (_control is not null)
            _sessions.Loop.Remove(_control.File);
        _control?.Dispose();
        _guard.Dispose();
        _sessions.Leave();
        return socket;
    }

    /// <summary>Waits for what a socket receives, and for the end of each message that it sends.</summary>
    private void Watch(IsoTpSocket socket) => _sessions.Loop.Add(socket.File, this, Abi.EPOLLIN | Abi.EPOLLOUT | Abi.EPOLLET);

    /// <summary>Passes the message to the kernel, once it accepts it.</summary>
    private void TrySend()
    {
        for (var isRetry = false; ; isRetry = true)
        {
            switch (_socket!.Send(_payload.Span))
            {
                case Errno.None:
                    _sending = Sending.Begun;
                    if (IsSingle)
                        Answerable();
                    return;
                case Errno.EAGAIN:
                    return; // the reading thread is woken when the socket accepts one
                case Errno.ENOBUFS:
                    WaitForRoom();
                    return;
                case Errno.ENETDOWN when !isRetry && Interfaces.IsUp(_socket.File, Name) == true:
                    continue; // the error was left from earlier
                case Errno.ENETDOWN:
                    FailToSend(SocketCanError.IsDown(Name));
                    return;
                case (Errno.EILSEQ or Errno.ETIMEDOUT) and var left: // left by a reception
                    FailToReceive(left);
                    continue;
                case Errno.ECOMM or Errno.EMSGSIZE or Errno.EBADMSG: // left by a message that was stopped
                    continue;
                case var errno when IsGone(errno):
                    NoteEnd(SocketCanError.Removed(Name));
                    return;
                case var errno:
                    FailToSend(SocketCanError.Of(Name, "send(CAN_ISOTP)", errno));
                    return;
            }
        }
    }

    private void WaitForRoom()
    {
        _roomUntil ??= DueTime.After(_clock.Elapsed, _options.NAs);
        if (_clock.Elapsed >= _roomUntil)
        {
            FailToSend(IsoTpFailure.Of(IsoTpResult.N_TIMEOUT_A, _address, _options, SocketCanError.QueueFull(Name)));
            return;
        }

        var payload = _payload;
        DueTimer.After(_sessions.Bus.Scheduler, RoomPoll, () => OnRoomPoll(payload));
    }

    private void OnRoomPoll(ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            if (_socket is null || _sending != Sending.Waiting || !payload.Equals(_payload))
                return;
            TrySend();
        }

        _sink.Flush();
    }

    private void Finish()
    {
        if (_sendError is not null)
        {
            FailToSend(_sendError);
            return;
        }

        Answerable();
        _sending = Sending.Nothing;
        if (_sink.WantsProgress)
            _sink.Progressed(new(true, _payload.Length, _payload.Length));
        _sink.Sent(null);
    }

    private void FailToSend(Exception error)
    {
        _sending = Sending.Nothing;
        _sink.Sent(error);
    }

    private void FailToSend(IsoTpResult result) => _sendError ??= IsoTpFailure.Of(result, _address, _options);

    private void Answerable()
    {
        if (_isAnswerable)
            return;
        _isAnswerable = true;
        _sink.Sending();
    }

    /// <summary>Stops the message under way: another socket replaces the one that sends it.</summary>
    private void Interrupt()
    {
        var sending = _socket!;
        _isReplaced = true;
        _sessions.Loop.Remove(sending.File);
        sending.Abort(() =>
        {
            lock (_gate)
            {
                _isReplaced = false;
                if (_socket is not null && _sending == Sending.Waiting)
                    TrySend();
            }

            _sink.Flush();
        });
        GiveUpReception();
        try
        {
            _socket = IsoTpSocket.Open(Name, _address, _options);
            Watch(_socket);
        }
        catch (IOException e)
        {
            NoteEnd(e);
        }
        catch (ObjectDisposedException)
        {
            NoteEnd(null);
        }
    }

    /// <summary>Closes, under the gate, and records the end.</summary>
    private void NoteEnd(Exception? error)
    {
        Detach()?.Close();
        _sink.Ended(error);
    }

    private static bool IsGone(Errno errno) => errno is Errno.ENODEV or Errno.ENXIO or Errno.EADDRNOTAVAIL;
}
