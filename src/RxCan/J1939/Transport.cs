using System.Buffers.Binary;
using RxCan.Bus;
using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>
/// All messages of many frames of one node. Outgoing: one under way to each destination, the others in queues. Incoming: one from each node and
/// by each way (to all, over a connection, over an extended one). A state machine: frames and time in; frames, a deadline and events out.
/// </summary>
/// <param name="options">The node's options.</param>
/// <param name="isWanted">Whether to receive messages of a parameter group from a source to a destination.</param>
internal sealed class Transport(J1939Options options, Func<J1939Pgn, byte, byte, bool> isWanted)
{
    private readonly List<TransportSender> _senders = [];
    private readonly Dictionary<byte, Queue<J1939Transfer>> _waiting = [];
    private readonly Dictionary<(byte Peer, Way Way), TransportReceiver> _receivers = [];
    private readonly Queue<CanFrame> _refusals = new();
    private readonly Queue<TransportEvent> _events = new();
    private int _turn;

    private enum Way
    {
        Broadcast,
        Connection,
        Extended,
    }

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

    public bool TryGetEvent(out TransportEvent happened) => _events.TryDequeue(out happened);

    /// <summary>Gives the node another address: transfers under way from or to the old one end.</summary>
    public void SetAddress(byte address)
    {
        if (address == Address)
            return;
        Address = address;
        _refusals.Clear();
        foreach (var key in _receivers.Keys.Where(k => k.Way != Way.Broadcast).ToArray())
        {
            if (_receivers.Remove(key, out var receiver) && receiver.IsReceiving)
                _events.Enqueue(new(TransportEventKind.ReceiveFailed, Receiving: receiver, Reason: J1939AbortReason.Other));
        }

        foreach (var transfer in _senders.Where(s => !s.IsDecided).Select(s => s.Transfer).Concat(_waiting.Values.SelectMany(q => q)).ToArray())
            _events.Enqueue(new(TransportEventKind.SendFailed, transfer, Reason: J1939AbortReason.Other));
        _senders.Clear();
        _waiting.Clear();
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
    /// <param name="from">The transfer it comes from, for <see cref="Sent"/>; null for none.</param>
    public bool TryTake(TimeSpan now, out CanFrame frame, out object? from)
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
    public void Sent(object? from, TimeSpan now, Exception? error = null)
    {
        if (from is TransportReceiver receiver)
        {
            receiver.Sent(now);
            if (receiver.IsOver)
                Remove(receiver);
        }
        else if (from is TransportSender sender)
        {
            var wasDecided = sender.IsDecided;
            var isComplete = sender.Sent(now);
            if (error is not null)
                sender.Close();
            if (_senders.Contains(sender) && (isComplete || (error is not null && !wasDecided)))
                _events.Enqueue(new(error is null ? TransportEventKind.Sent : TransportEventKind.SendFailed, sender.Transfer, Error: error));
            if (sender.IsOver)
                Remove(sender);
        }
    }

    /// <summary>Handles a transport protocol frame to the node or to all.</summary>
    public void OnFrame(in J1939Id id, ReadOnlySpan<byte> data, TimeSpan now)
    {
        var isExtended = id.Pgn == J1939Pgn.ExtendedTransportControl || id.Pgn == J1939Pgn.ExtendedTransportData;
        var isData = id.Pgn == J1939Pgn.TransportData || id.Pgn == J1939Pgn.ExtendedTransportData;
        var isBroadcast = id.Destination == J1939Address.Global;
        if (data.Length < CanFrame.MaxLength || id.Source > J1939Address.Max || (isBroadcast && isExtended))
            return;
        var way = isBroadcast ? Way.Broadcast : isExtended ? Way.Extended : Way.Connection;
        _receivers.TryGetValue((id.Source, way), out var receiver);
        if (isData)
        {
            if (receiver is not null)
                Note(receiver, receiver.OnData(data, now));
            return;
        }

        var pgn = J1939Pgn.Read(data[5..]);
        if (receiver?.Pgn != pgn)
            receiver = null;
        var source = id.Source;
        var sender = isBroadcast ? null : _senders.Find(s => s.Transfer.Destination == source && s.Transfer.IsExtended == isExtended && s.Transfer.Pgn == pgn);
        switch (data[0])
        {
            case Bam when isBroadcast:
            case Rts when !isBroadcast && !isExtended:
            case ExtendedRts when isExtended:
                OnAnnouncement(id, pgn, way, data, now);
                break;
            case Cts when sender is not null && !isExtended:
                Note(sender, sender.OnCts(data[1], data[2], now));
                break;
            case ExtendedCts when sender is not null && isExtended:
                Note(sender, sender.OnCts(data[1], Read24(data[2..]), now));
                break;
            case EndOfMessage when sender is not null && !isExtended:
                OnEnd(sender, BinaryPrimitives.ReadUInt16LittleEndian(data[1..]), now);
                break;
            case ExtendedEndOfMessage when sender is not null && isExtended:
                OnEnd(sender, BinaryPrimitives.ReadInt32LittleEndian(data[1..]), now);
                break;
            case DataPacketOffset when receiver is not null && isExtended:
                Note(receiver, receiver.OnOffset(data[1], Read24(data[2..]), now));
                break;
            case Abort when !isBroadcast:
                OnAbort(sender, receiver, (J1939AbortReason)data[1]);
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

    private void OnAnnouncement(in J1939Id id, J1939Pgn pgn, Way way, ReadOnlySpan<byte> data, TimeSpan now)
    {
        if (!isWanted(pgn, id.Source, id.Destination))
            return;
        var length = way == Way.Extended ? BinaryPrimitives.ReadUInt32LittleEndian(data[1..]) : BinaryPrimitives.ReadUInt16LittleEndian(data[1..]);
        var (min, max) = way == Way.Extended ? (MaxBytes + 1, MaxExtendedBytes) : (MaxInFrame + 1, MaxBytes);
        _receivers.TryGetValue((id.Source, way), out var other);
        J1939AbortReason? refusal =
            other is { IsReceiving: true } && way != Way.Broadcast && other.Pgn != pgn ? J1939AbortReason.Busy
            : length > max ? J1939AbortReason.TooLong
            : length < min || (way != Way.Extended && data[3] != Packets((int)length)) ? J1939AbortReason.Other
            : length > options.MaxLength ? J1939AbortReason.Resources
            : null;
        if (refusal is { } reason)
        {
            if (way != Way.Broadcast)
                _refusals.Enqueue(AbortFrame(way == Way.Extended, Address, id.Source, id.Priority, pgn, reason));
            return;
        }

        if (other is not null)
        {
            other.Close(); // a new announcement of the same parameter group, or to all: abandon the previous one
            if (other.IsBroadcast)
                _events.Enqueue(new(TransportEventKind.ReceiveFailed, Receiving: other, Reason: J1939AbortReason.BadSequence));
        }

        var receiver = new TransportReceiver(id, data, (int)length, now, options);
        _receivers[(id.Source, way)] = receiver;
        _events.Enqueue(new(TransportEventKind.Started, Receiving: receiver));
    }

    private void OnEnd(TransportSender sender, int length, TimeSpan now)
    {
        if (!sender.OnEnd(length))
            return;
        _events.Enqueue(new(TransportEventKind.Sent, sender.Transfer));
        Remove(sender);
    }

    private void OnAbort(TransportSender? sender, TransportReceiver? receiver, J1939AbortReason reason)
    {
        if (sender is { IsDecided: false })
        {
            sender.Close();
            _events.Enqueue(new(TransportEventKind.SendFailed, sender.Transfer, Reason: reason, IsByPeer: true));
            Remove(sender);
        }

        if (receiver is null)
            return;
        var wasReceiving = receiver.IsReceiving;
        receiver.Close();
        Remove(receiver);
        if (wasReceiving)
            _events.Enqueue(new(TransportEventKind.ReceiveFailed, Receiving: receiver, Reason: reason, IsByPeer: true));
    }

    private void Note(TransportSender sender, J1939AbortReason? failure)
    {
        if (failure is { } reason)
            _events.Enqueue(new(TransportEventKind.SendFailed, sender.Transfer, Reason: reason));
    }

    private void Note(TransportReceiver receiver, J1939AbortReason? failure)
    {
        if (failure is { } reason)
            _events.Enqueue(new(TransportEventKind.ReceiveFailed, Receiving: receiver, Reason: reason));
        else if (!receiver.IsReceiving && !receiver.IsDelivered)
            _events.Enqueue(new(TransportEventKind.Received, Receiving: receiver));
        if (!receiver.IsReceiving)
            receiver.IsDelivered = true;
        if (receiver.IsOver)
            Remove(receiver);
    }

    private void Remove(TransportReceiver receiver)
    {
        var way = receiver.IsBroadcast ? Way.Broadcast : receiver.IsExtended ? Way.Extended : Way.Connection;
        if (_receivers.TryGetValue((receiver.Peer, way), out var current) && current == receiver)
            _receivers.Remove((receiver.Peer, way));
    }

    private void Remove(TransportSender sender)
    {
        if (_senders.Remove(sender))
            StartNext(sender.Transfer.Destination);
    }

    private void StartNext(byte destination)
    {
        if (_senders.Exists(s => s.Transfer.Destination == destination) || !_waiting.TryGetValue(destination, out var queue))
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
}
