using RxCan.Bus;
using RxCan.J1939;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.J1939;

/// <summary>
/// The kernel's J1939 for one node: one socket that receives and sends single frames, and one for each destination of long messages. The kernel
/// sends a socket's messages one after another, and a message to all takes long.
/// </summary>
internal sealed class KernelJ1939Engine : IJ1939Engine, IPollClient
{
    private readonly CanBusBase _bus;
    private readonly PollLoop _loop;
    private readonly J1939Name? _name;
    private readonly J1939Options _options;
    private readonly J1939Socket _socket;
    private readonly RawSocket _watch; // receives control frames, of which the kernel reports some to nobody, and learns when the interface is removed
    private readonly Lock _gate = new();
    private readonly Queue<J1939Transfer> _singles = new();
    private readonly Dictionary<uint, J1939Transfer> _sent = [];
    private readonly Dictionary<byte, Queue<J1939Transfer>> _waiting = [];
    private readonly Dictionary<byte, J1939Sending> _sendings = [];
    private readonly Dictionary<uint, (J1939Pgn Pgn, byte Source, uint Length, bool HasFailed)> _receptions = [];
    private IReadOnlyList<J1939Filter.Term> _wanted = [];
    private IJ1939Sink? _sink;
    private byte _address = J1939Address.Null;
    private bool _ended;
    private Exception? _error; // the error that ended it

    private KernelJ1939Engine(CanBusBase bus, PollLoop loop, J1939Name? name, J1939Options options, J1939Socket socket, RawSocket watch)
    {
        _bus = bus;
        _loop = loop;
        _name = name;
        _options = options;
        _socket = socket;
        _watch = watch;
    }

    /// <summary>An engine that ends with an error when it is started.</summary>
    public KernelJ1939Engine(CanBusBase bus, PollLoop loop, J1939Options options, CanBusException failure)
        : this(bus, loop, null, options, null!, null!) => (_ended, _error) = (true, failure);

    /// <summary>Opens the socket; null if the kernel has no J1939.</summary>
    /// <exception cref="CanBusException">It cannot be opened.</exception>
    public static KernelJ1939Engine? Open(CanBusBase bus, PollLoop loop, J1939Name? name, J1939Options options)
    {
        var socket = J1939Socket.Open(bus.Name, bus.Options, receives: true, options.Promiscuous);
        if (socket is null)
            return null;
        try
        {
            socket.Bind(J1939Address.Null, name);
            return new(bus, loop, name, options, socket, RawSocket.Open(bus.Name, CanBusOptions.Default));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Start(IJ1939Sink sink)
    {
        _sink = sink;
        if (_ended)
        {
            sink.Ended(_error);
            sink.Flush();
            return;
        }

        try
        {
            _loop.Add(_watch.File, this);
            _loop.Add(_socket.File, this);
        }
        catch (ObjectDisposedException)
        {
            End(null);
        }
        catch (IOException e)
        {
            End(new CanBusException(_bus.Name, $"{_bus.Name}: cannot receive: {e.Message}.", e));
        }
    }

    public void SetAddress(byte address)
    {
        try
        {
            lock (_gate)
            {
                if (_address == address || _ended)
                    return;
                var old = _address;
                _address = address;
                foreach (var sending in _sendings.Values.ToArray())
                    Drop(sending, J1939Failure.Sending(sending.Transfer, old, J1939AbortReason.AddressLost, false));
                foreach (var transfer in _waiting.Values.SelectMany(q => q))
                    _sink!.Sent(transfer, J1939Failure.Sending(transfer, old, J1939AbortReason.AddressLost, false));
                _waiting.Clear();
                _socket.Bind(address, _name);
                Watch();
            }
        }
        catch (CanBusException e)
        {
            End(e);
        }

        _sink?.Flush();
    }

    public void SetFilter(IReadOnlyList<J1939Filter.Term> wanted)
    {
        try
        {
            lock (_gate)
            {
                if (_ended)
                    return;
                _wanted = wanted;
                if (wanted.Count > Abi.J1939_FILTER_MAX || wanted.Any(t => t is { Pgn: null, Source: null, Name: null }))
                    _socket.ClearFilter();
                else
                    _socket.SetFilter(FiltersOf(wanted));
                Watch();
            }
        }
        catch (CanBusException e)
        {
            End(e);
        }
    }

    public void Send(J1939Transfer transfer)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            if (Interfaces.IsUp(_socket.File, _bus.Name) == false)
            {
                _sink!.Sent(transfer, SocketCanError.IsDown(_bus.Name)); // the kernel would take ten seconds to report it
            }
            else if (transfer.IsSingle)
            {
                _singles.Enqueue(transfer);
                SendSingles();
            }
            else
            {
                if (!_waiting.TryGetValue(transfer.Destination, out var queue))
                    _waiting.Add(transfer.Destination, queue = new());
                queue.Enqueue(transfer);
                StartNext(transfer.Destination);
            }
        }

        _sink!.Flush();
    }

    public void Forget(J1939Transfer transfer)
    {
        lock (_gate)
        {
            if (_sendings.TryGetValue(transfer.Destination, out var sending) && sending.Transfer == transfer)
                Drop(sending, null);
        }
    }

    public void OnReady(FileDescriptor file)
    {
        Errno errno;
        if (file == _watch.File)
        {
            while ((errno = _watch.Receive(out var frame)) == Errno.None)
            {
                lock (_gate)
                    OnControl(J1939Id.FromValue(frame.Id & CanId.MaxExtended), frame.Data[..frame.Length]);
            }

            if (errno == Errno.ENODEV)
                End(SocketCanError.Removed(_bus.Name)); // the kernel waits until its sockets are closed
            _sink!.Flush();
            return;
        }

        do
        {
            while (_socket.TryGetReport(out var report)) // so that the announcement of a long message comes before the message
            {
                lock (_gate)
                    OnReport(report);
            }

            errno = _socket.Receive(out var message, out var isTruncated);
            if (errno == Errno.None)
            {
                lock (_gate)
                    OnReceived(message!, isTruncated);
            }
        }
        while (errno is Errno.None or Errno.ENETDOWN); // the node survives a link that is down

        if (errno != Errno.EAGAIN)
            _socket.TakeError();
        lock (_gate)
            SendSingles();
        _sink!.Flush();
    }

    public void OnClosed() => End(null);

    public void Dispose() => Close();

    /// <summary>The result of a long message; on the loop's thread.</summary>
    internal void OnSent(J1939Sending sending, Errno errno)
    {
        lock (_gate)
        {
            if (_sendings.TryGetValue(sending.Transfer.Destination, out var current) && current == sending)
                Drop(sending, ErrorOf(sending.Transfer, errno));
        }

        _sink!.Flush();
    }

    private void End(Exception? error)
    {
        if (!Close())
            return;
        _error = error;
        _sink?.Ended(error); // otherwise it is reported at the start
        _sink?.Flush();
    }

    private bool Close()
    {
        J1939Sending[] sendings;
        lock (_gate)
        {
            if (_ended)
                return false;
            _ended = true;
            sendings = [.. _sendings.Values];
            _sendings.Clear();
        }

        foreach (var sending in sendings)
            Close(sending);
        _loop.Remove(_socket.File);
        _loop.Remove(_watch.File);
        _watch.Dispose();
        try
        {
            _socket.SetFilter([]); // closing takes a while, and until then it must not answer other nodes
        }
        catch (CanBusException)
        {
            // then it answers them
        }

        _socket.Dispose();
        return true;
    }

    private void Close(J1939Sending sending)
    {
        _loop.Remove(sending.File);
        sending.Dispose();
    }

    /// <summary>Sets which connection management frames to watch: those of messages to all, and those to and from the node.</summary>
    private void Watch()
    {
        var filter = _wanted.Count > 0 ? CanFilter.PgnTo(J1939Pgn.TransportControl, J1939Address.Global) : CanFilter.None;
        if (_address <= J1939Address.Max && _wanted.Count > 0)
        {
            foreach (var control in (ReadOnlySpan<J1939Pgn>)[J1939Pgn.TransportControl, J1939Pgn.ExtendedTransportControl])
                filter |= CanFilter.PgnTo(control, _address) | CanFilter.Pgn(control, _address);
        }

        _watch.SetFilter(filter.KernelFilter);
    }

    /// <summary>Reports what the kernel refuses without a report: by what was announced, or by its answer that it is busy or lacks memory.</summary>
    private void OnControl(in J1939Id id, ReadOnlySpan<byte> data)
    {
        if (data.Length < CanFrame.MaxLength)
            return;
        var (pgn, isOwn) = (J1939Pgn.Read(data[5..]), id.Source == _address);
        var peer = isOwn ? id.Destination : id.Source;
        J1939AbortReason? reason = !isOwn ? TransportFormat.Refusal(id, data, int.MaxValue, out _)
            : data[0] == TransportFormat.Abort && !_receptions.Values.Any(r => r.Pgn == pgn && r.Source == peer) ? (J1939AbortReason)data[1]
            : null;
        if (isOwn ? reason is J1939AbortReason.Busy or J1939AbortReason.Resources : reason is not null && J1939Filter.Matches(_wanted, pgn, id.Source, id.Destination))
            _sink!.Failed(pgn, peer, J1939Failure.Refused(id, pgn, data, reason!.Value));
    }

    private void OnReport(in J1939Report report)
    {
        var error = report.Error;
        switch (error.Origin, error.Info)
        {
            case (Abi.SO_EE_ORIGIN_TIMESTAMPING, Abi.SCM_TSTAMP_ACK) or (Abi.SO_EE_ORIGIN_LOCAL, Abi.J1939_EE_INFO_TX_ABORT):
                if (_sent.Remove(error.Data, out var transfer))
                    _sink!.Sent(transfer, error.Origin == Abi.SO_EE_ORIGIN_LOCAL ? ErrorOf(transfer, (Errno)error.Errno) : null);
                break;
            case (Abi.SO_EE_ORIGIN_LOCAL, Abi.J1939_EE_INFO_RX_RTS):
                _receptions[error.Data] = (J1939Pgn.FromBits(report.Pgn), report.Source, report.TotalSize, false);
                _sink!.Started(J1939Pgn.FromBits(report.Pgn), report.Source, (int)report.TotalSize);
                break;
            case (Abi.SO_EE_ORIGIN_LOCAL, Abi.J1939_EE_INFO_RX_DPO):
                _socket.Expect(report.BytesAcked + TransportFormat.MaxBytes, _options.MaxLength);
                break;
            case (Abi.SO_EE_ORIGIN_LOCAL, Abi.J1939_EE_INFO_RX_ABORT) when _receptions.Remove(error.Data, out var begun) && !begun.HasFailed:
                _receptions[error.Data] = begun with { HasFailed = true }; // it is reported again when the kernel forgets it
                var reason = ReasonOf((Errno)error.Errno);
                _sink!.Failed(begun.Pgn, begun.Source, new J1939AbortException(
                    reason, $"{begun.Pgn} from {begun.Source:X2} [{begun.Length}]: received only in part: {reason} (reason {(int)reason}; CAN_J1939: {(Errno)error.Errno})."));
                break;
        }
    }

    private void OnReceived(J1939Message message, bool isTruncated)
    {
        var isLong = message.Data.Length > CanFrame.MaxLength;
        if (isLong)
        {
            foreach (var (key, begun) in _receptions)
            {
                if (begun.Pgn == message.Pgn && begun.Source == message.Source)
                    _receptions.Remove(key);
            }
        }

        if (isTruncated || message.Data.Length > _options.MaxLength)
        {
            _sink!.Failed(message.Pgn, message.Source, new J1939AbortException(
                J1939AbortReason.Resources, $"{message.Pgn} from {message.Source:X2}: the message is longer than J1939Options.MaxLength ({_options.MaxLength} bytes). Raise it to receive the message."));
        }
        else if (!isLong || message.Source != _address) // a message to all comes back from the socket that sends it
        {
            _sink!.Received(message);
        }
    }

    private void SendSingles()
    {
        while (!_ended && _singles.TryPeek(out var next))
        {
            var key = _socket.NextKey;
            var errno = next.IsCancelled
                ? Errno.None
                : _socket.Send(next.Data, next.Pgn, next.Destination, next.Priority, isRest: false, out _);
            if (errno is Errno.EAGAIN or Errno.ENOBUFS)
                return; // the next report comes when there is room
            _singles.Dequeue();
            if (errno == Errno.None && !next.IsCancelled)
                _sent.Add(key, next);
            else if (!next.IsCancelled)
                _sink!.Sent(next, ErrorOf(next, errno));
        }
    }

    private void StartNext(byte destination)
    {
        while (!_ended && !_sendings.ContainsKey(destination) && _waiting.TryGetValue(destination, out var queue))
        {
            if (!queue.TryDequeue(out var next))
            {
                _waiting.Remove(destination);
                return;
            }

            if (!next.IsCancelled)
                Start(next);
        }
    }

    private void Start(J1939Transfer transfer)
    {
        J1939Sending? sending = null;
        try
        {
            var socket = J1939Socket.Open(_bus.Name, _bus.Options, receives: false, isPromiscuous: false)!;
            sending = new(this, transfer, socket, _options.TransportPriority ?? transfer.Priority);
            socket.Bind(_address, _name);
            _loop.Add(sending.File, sending);
            _sendings.Add(transfer.Destination, sending);
            var errno = sending.Continue();
            if (errno != Errno.None)
                Drop(sending, ErrorOf(transfer, errno), startNext: false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _sendings.Remove(transfer.Destination);
            if (sending is not null)
                Close(sending);
            _sink!.Sent(transfer, e as CanBusException ?? new CanBusException(_bus.Name, $"{_bus.Name}: cannot send: {e.Message}", e));
        }
    }

    private void Drop(J1939Sending sending, Exception? error, bool startNext = true)
    {
        _sendings.Remove(sending.Transfer.Destination);
        Close(sending);
        _sink!.Sent(sending.Transfer, error);
        if (startNext)
            StartNext(sending.Transfer.Destination);
    }

    private Exception? ErrorOf(J1939Transfer transfer, Errno errno) => errno switch
    {
        Errno.None => null,
        Errno.EADDRNOTAVAIL => J1939Failure.NoAddress(transfer.Pgn, _name),
        Errno.ESHUTDOWN or Errno.ENETDOWN => SocketCanError.IsDown(_bus.Name),
        Errno.ETIME => new CanBusException(_bus.Name, $"{_bus.Name}: {transfer.Pgn} was not sent: the controller did not confirm it within ten seconds. Check that it is not bus-off and that another node acknowledges frames."),
        Errno.EBUSY or Errno.EALREADY or Errno.EMSGSIZE or Errno.EHOSTUNREACH or Errno.EBADMSG or Errno.ENOTRECOVERABLE or Errno.ENOTCONN or Errno.EILSEQ or Errno.EPROTO
            when !transfer.IsSingle => J1939Failure.Sending(transfer, _address, ReasonOf(errno), isByPeer: null),
        _ => SocketCanError.Of(_bus.Name, "CAN_J1939", errno),
    };

    private static J1939KernelFilter[] FiltersOf(IReadOnlyList<J1939Filter.Term> wanted)
    {
        var filters = new J1939KernelFilter[wanted.Count];
        for (var i = 0; i < filters.Length; i++)
        {
            var term = wanted[i];
            filters[i] = new()
            {
                Pgn = term.Pgn?.Value ?? 0,
                PgnMask = term.Pgn is null ? 0 : Abi.J1939_PGN_MAX,
                Address = term.Source ?? 0,
                AddressMask = term.Source is null ? (byte)0 : (byte)0xFF,
                Name = term.Name?.Value ?? 0,
                NameMask = term.Name is null ? 0 : term.NameMask.Value,
            };
        }

        return filters;
    }

    /// <summary>The abort reason that the kernel converted to an error (<c>j1939_xtp_abort_to_errno</c> of net/can/j1939/transport.c).</summary>
    private static J1939AbortReason ReasonOf(Errno errno) => errno switch
    {
        Errno.EALREADY or Errno.EBUSY => J1939AbortReason.Busy,
        Errno.EMSGSIZE => J1939AbortReason.Resources,
        Errno.EHOSTUNREACH => J1939AbortReason.Timeout,
        Errno.EBADMSG => J1939AbortReason.CtsWhileSending,
        Errno.ENOTRECOVERABLE => J1939AbortReason.RetransmitLimit,
        Errno.ENOTCONN => J1939AbortReason.UnexpectedData,
        Errno.EILSEQ => J1939AbortReason.BadSequence,
        _ => J1939AbortReason.Other,
    };
}
