using System.Buffers.Binary;
using RxCan.Bus;
using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>
/// All messages of many frames of one node. Outgoing: one under way to each destination, the others in queues. Incoming: one from each node and
/// by each way (to all, over a connection, over an extended one). A state machine: frames and time in; frames, a deadline and reports out.
/// </summary>
/// <param name="options">The node's options.</param>
/// <param name="names">Which NAME has which address.</param>
/// <param name="isWanted">Whether to receive messages of a parameter group from a source to a destination.</param>
internal sealed class Transport(J1939Options options, NameTable names, Func<J1939Pgn, byte, byte, bool> isWanted)
{
    private readonly List<TransportSender> _senders = [];
    private readonly Dictionary<byte, Queue<J1939Transfer>> _waiting = [];
    private readonly Dictionary<(byte Peer, bool IsBroadcast, bool IsExtended), TransportReceiver> _receivers = [];
    private readonly Queue<CanFrame> _refusals = new();
    private int _turn;

    /// <summary>Takes the reports; set before anything is sent or received.</summary>
    public IJ1939Sink Sink { private get; set; } = null!;

    /// <summary>The node's address.</summary>
    public byte Address { get; private set; } = J1939Address.Null;

    /// <summary>When to call <see cref="TryTake"/> or <see cref="OnTime"/>.</summary>
    public TimeSpan Deadline
    {
        get
        {
            if (_refusals.Count > 0)
                return TimeSpan.Zero;
            var next = DueTime.Never;
            foreach (var sender in _senders)
                next = sender.Deadline < next ? sender.Deadline : next;
            foreach (var receiver in _receivers.Values)
                next = receiver.Deadline < next ? receiver.Deadline : next;
            return next;
        }
    }

    /// <summary>Whether anything is under way.</summary>
    public bool IsActive => _senders.Count + _receivers.Count + _refusals.Count > 0;

    /// <summary>Gives the node another address: transfers under way from or to the old one end.</summary>
    public void SetAddress(byte address)
    {
        if (address == Address)
            return;
        _refusals.Clear();
        foreach (var receiver in _receivers.Values.Where(r => !r.IsBroadcast).ToArray())
        {
            Remove(receiver);
            if (!receiver.IsDecided)
                Fail(receiver, J1939AbortReason.AddressLost);
        }

        foreach (var transfer in _senders.Where(s => !s.IsDecided).Select(s => s.Transfer).Concat(_waiting.Values.SelectMany(q => q)))
            Sink.Sent(transfer, J1939Failure.Sending(transfer, Address, J1939AbortReason.AddressLost, isByPeer: false));
        _senders.Clear();
        _waiting.Clear();
        Address = address;
    }

    /// <summary>Sends a message after the others to the same destination.</summary>
    public void Send(J1939Transfer transfer)
    {
        if (!_waiting.TryGetValue(transfer.Destination, out var queue))
            _waiting.Add(transfer.Destination, queue = new());
        queue.Enqueue(transfer);
        StartNext(transfer.Destination);
    }

    /// <summary>Takes the next frame to send, if one is due; replies first, because other nodes wait for them. <see cref="Sent"/> must follow.</summary>
    /// <param name="now">The time.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="from">The connection it comes from, for <see cref="Sent"/>; null for none.</param>
    public bool TryTake(TimeSpan now, out CanFrame frame, out TransportConnection? from)
    {
        from = null;
        if (_refusals.TryDequeue(out frame))
            return true;
        foreach (var receiver in _receivers.Values)
        {
            if (receiver.TryTake(now, out frame))
            {
                from = receiver;
                return true;
            }
        }

        for (var i = 0; i < _senders.Count; i++)
        {
            var sender = _senders[(_turn + i) % _senders.Count];
            if (sender.TryTake(now, out frame))
            {
                _turn = (_turn + i + 1) % _senders.Count;
                from = sender;
                return true;
            }
        }

        return false;
    }

    /// <summary>A frame that was taken has been sent, or could not be.</summary>
    public void Sent(TransportConnection? from, TimeSpan now, Exception? error = null)
    {
        if (from is null)
            return;
        var wasDecided = from.IsDecided;
        from.Sent(now);
        if (from is TransportSender sender && _senders.Contains(sender))
        {
            if (error is not null)
                sender.Close();
            if (!wasDecided && error is TimeoutException)
                Fail(sender, J1939AbortReason.Timeout);
            else if (!wasDecided && sender.IsDecided)
                Sink.Sent(sender.Transfer, error);
        }

        if (from.IsOver)
            Remove(from);
    }

    /// <summary>Handles a transport protocol frame to the node or to all.</summary>
    public void OnFrame(in J1939Id id, ReadOnlySpan<byte> data, TimeSpan now, DateTimeOffset timestamp = default)
    {
        var isExtended = id.Pgn == J1939Pgn.ExtendedTransportControl || id.Pgn == J1939Pgn.ExtendedTransportData;
        var isData = id.Pgn == J1939Pgn.TransportData || id.Pgn == J1939Pgn.ExtendedTransportData;
        var isBroadcast = id.Destination == J1939Address.Global;
        if (data.Length < CanFrame.MaxLength || id.Source > J1939Address.Max)
            return;
        _receivers.TryGetValue((id.Source, isBroadcast, isExtended), out var receiver);
        if (isData)
        {
            if (receiver is not null)
                Note(receiver, receiver.OnData(data, now), timestamp);
            return;
        }

        var pgn = J1939Pgn.Read(data[5..]);
        var source = id.Source;
        var sender = isBroadcast ? null : _senders.Find(s => s.Peer == source && s.IsExtended == isExtended);
        var (isReceivers, isSenders) = (receiver?.Pgn == pgn, sender?.Pgn == pgn);
        var refusal = Refusal(id, data, options.MaxLength, out var length);
        switch (data[0])
        {
            case var _ when IsAnnouncement(data) || refusal is not null:
                OnAnnouncement(id, pgn, receiver, data, length, refusal, now);
                break;
            case Cts or ExtendedCts:
                Note(sender, !isSenders ? sender?.Abort(J1939AbortReason.CtsForOtherPgn, now)
                    : sender!.OnCts(data[1], isExtended ? Read24(data[2..]) : data[2], now));
                break;
            case EndOfMessage or ExtendedEndOfMessage when isSenders:
                if (sender!.OnEnd(isExtended ? BinaryPrimitives.ReadInt32LittleEndian(data[1..]) : BinaryPrimitives.ReadUInt16LittleEndian(data[1..])))
                {
                    Sink.Sent(sender.Transfer, null);
                    Remove(sender);
                }

                break;
            case DataPacketOffset:
                Note(receiver, isReceivers ? receiver!.OnOffset(data[1], Read24(data[2..]), now) : receiver?.Abort(J1939AbortReason.OffsetForOtherPgn, now));
                break;
            case Abort:
                OnAbort(isSenders ? sender : null, (J1939AbortReason)data[1]);
                OnAbort(isReceivers ? receiver : null, (J1939AbortReason)data[1]);
                break;
        }
    }

    /// <summary>Checks for time-outs.</summary>
    public void OnTime(TimeSpan now)
    {
        foreach (var receiver in _receivers.Values.ToArray())
            Note(receiver, receiver.OnTime(now));
        foreach (var sender in _senders.ToArray())
            Note(sender, sender.OnTime(now));
    }

    private void OnAnnouncement(
        in J1939Id id, J1939Pgn pgn, TransportReceiver? other, ReadOnlySpan<byte> data, int length, J1939AbortReason? refusal, TimeSpan now)
    {
        if (!isWanted(pgn, id.Source, id.Destination))
            return;
        var isExtended = data[0] == ExtendedRts;
        if (length >= 0 && other is { IsDecided: false, IsBroadcast: false } && other.Pgn != pgn)
            refusal = J1939AbortReason.Busy;
        else if (isExtended && length + _receivers.Values.Where(r => r.IsExtended && r != other).Sum(r => (long)r.Length) > MaxTotal)
            refusal ??= J1939AbortReason.Resources;
        if (refusal is { } reason)
        {
            if (length >= 0 && data[0] != Bam)
                _refusals.Enqueue(AbortFrame(isExtended, Address, id.Source, options.TransportPriority ?? id.Priority, pgn, reason));
            Sink.Failed(pgn, id.Source, J1939Failure.Refused(id, pgn, data, reason));
            return;
        }

        other?.Close(); // a new announcement of the same parameter group, or to all: abandon the previous one
        if (other is { IsBroadcast: true })
            Fail(other, J1939AbortReason.BadSequence);
        _receivers[(id.Source, data[0] == Bam, isExtended)] = new(id, data, length, now, options);
        Sink.Started(pgn, id.Source, length);
    }

    private void OnAbort(TransportConnection? connection, J1939AbortReason reason)
    {
        if (connection is null)
            return;
        var wasDecided = connection.IsDecided;
        connection.Close();
        if (!wasDecided)
            Fail(connection, reason, isByPeer: true);
        Remove(connection);
    }

    private void Note(TransportConnection? connection, J1939AbortReason? failure, DateTimeOffset timestamp = default)
    {
        if (failure is { } reason)
            Fail(connection!, reason);
        if (connection is TransportReceiver { IsDecided: true, IsDelivered: false } receiver)
        {
            receiver.IsDelivered = true;
            if (failure is null)
                Deliver(receiver, timestamp);
        }

        if (connection is TransportReceiver { IsOver: true })
            Remove(connection);
    }

    private void Deliver(TransportReceiver receiver, DateTimeOffset timestamp) => Sink.Received(new()
    {
        Pgn = receiver.Pgn,
        Data = receiver.Payload,
        Source = receiver.Peer,
        Destination = receiver.IsBroadcast ? J1939Address.Global : Address,
        Priority = receiver.Priority,
        SourceName = names[receiver.Peer],
        Timestamp = timestamp,
    });

    private void Fail(TransportConnection connection, J1939AbortReason reason, bool isByPeer = false)
    {
        if (connection is TransportSender sender)
            Sink.Sent(sender.Transfer, J1939Failure.Sending(sender.Transfer, Address, reason, isByPeer));
        else
            Sink.Failed(connection.Pgn, connection.Peer, J1939Failure.Receiving(connection, Address, reason, isByPeer));
    }

    private void Remove(TransportConnection connection)
    {
        var key = (connection.Peer, connection.IsBroadcast, connection.IsExtended);
        if (connection is TransportSender sender && _senders.Remove(sender))
            StartNext(sender.Peer);
        else if (_receivers.TryGetValue(key, out var current) && current == connection)
            _receivers.Remove(key);
    }

    private void StartNext(byte destination)
    {
        if (_senders.Exists(s => s.Peer == destination) || !_waiting.TryGetValue(destination, out var queue))
            return;
        while (queue.TryDequeue(out var next))
        {
            if (next.IsCancelled)
                continue;
            _senders.Add(new(next, Address, options));
            return;
        }

        _waiting.Remove(destination);
    }

    /// <summary>What extended receptions under way may announce together, in bytes.</summary>
    private long MaxTotal => 4L * options.MaxLength;
}
