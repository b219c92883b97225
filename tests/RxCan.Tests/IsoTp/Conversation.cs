using RxCan.IsoTp;

namespace RxCan.Tests.IsoTp;

internal enum Fault
{
    None,
    Lose,
    Double,

    /// <summary>The next frame in the same direction overtakes it; if none comes within 300 ms, it is just late.</summary>
    Swap,
}

/// <summary>The parameters of a random conversation.</summary>
internal sealed record ConversationCase(
    int Length, IsoTpAddress Address, IsoTpOptions Sending, IsoTpOptions Receiving, int LatencyMicroseconds, int SendingMicroseconds, int Seed)
{
    public int DataLength => Sending.TxDataLength;

    public int BlockSize => Receiving.BlockSize!.Value;

    private int Start => Address.TxExtension is null ? 0 : 1;

    public bool IsSingle => Length <= IsoTpFormat.MaxInSingle(DataLength, Start);

    public int ConsecutiveFrames
    {
        get
        {
            var first = DataLength - Start - (Length > 4095 ? 6 : 2);
            var each = DataLength - Start - 1;
            return (Length - first + each - 1) / each;
        }
    }

    public int FlowControls => (1 + (BlockSize == 0 ? 0 : (ConsecutiveFrames - 1) / BlockSize)) * (1 + Receiving.WaitFrames);

    public int Frames => IsSingle ? 1 : 1 + ConsecutiveFrames + FlowControls;
}

/// <summary>A sender and a receiver on a wire that loses, duplicates and reorders frames, in virtual time.</summary>
internal sealed class Conversation(ConversationCase how, Func<int, Fault> faults)
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromMilliseconds(300);

    private readonly PriorityQueue<Delivery, (TimeSpan Time, int Order)> _wire = new();
    private readonly IsoTpSender _sender = new(new(how.Address, how.Sending), how.Sending);
    private readonly IsoTpReceiver _receiver = new(new(how.Address.Peer, how.Receiving), how.Receiving);
    private readonly IsoTpFormat _senderFormat = new(how.Address, how.Sending);
    private readonly IsoTpFormat _receiverFormat = new(how.Address.Peer, how.Receiving);
    private readonly TimeSpan _latency = TimeSpan.FromMicroseconds(how.LatencyMicroseconds);
    private readonly TimeSpan _sending = TimeSpan.FromMicroseconds(how.SendingMicroseconds);
    private readonly Delivery?[] _held = new Delivery?[2];
    private TimeSpan _now;
    private int _order;

    /// <summary>How sending ended; null if it did not.</summary>
    public IsoTpResult? Sent { get; private set; }

    public List<byte[]> Messages { get; } = [];

    public List<IsoTpResult> Errors { get; } = [];

    /// <summary>The frames that were sent, both ways.</summary>
    public int Frames { get; private set; }

    /// <summary>The content of the last frame that suffered a fault.</summary>
    public byte[]? Faulted { get; private set; }

    /// <summary>The number of that frame among those of its kind, from 1.</summary>
    public int FaultedConsecutive { get; private set; }

    private int _consecutive;

    public bool IsIdle => !_sender.IsActive && !_receiver.IsActive;

    /// <summary>Sends a message and runs until nothing more happens.</summary>
    public void Run(byte[] payload)
    {
        Sent = null;
        _consecutive = 0;
        _sender.Start(payload);
        for (var steps = 0; Step(); steps++)
        {
            if (steps > 20 * (how.Frames + 100))
                throw new InvalidOperationException("It does not end.");
        }
    }

    private bool Step()
    {
        if (_sender.TryTake(_now, out var frame))
        {
            Transmit(frame, fromSender: true);
            return true;
        }

        if (_receiver.TryTake(_now, out frame))
        {
            Transmit(frame, fromSender: false);
            return true;
        }

        var next = _sender.Deadline < _receiver.Deadline ? _sender.Deadline : _receiver.Deadline;
        if (_wire.TryPeek(out _, out var at) && at.Time <= next)
        {
            _now = at.Time;
            Deliver(_wire.Dequeue());
            return true;
        }

        if (next == TimeSpan.MaxValue)
            return false;
        _now = next > _now ? next : _now;
        if (_sender.OnTime(_now) is var result and not IsoTpResult.N_OK)
            Sent = result;
        if (_receiver.OnTime(_now) is var error and not IsoTpResult.N_OK)
            Errors.Add(error);
        return true;
    }

    private void Transmit(in CanFrame frame, bool fromSender)
    {
        Post(_now + _sending, new(default, fromSender, IsSent: true));
        var content = (fromSender ? _receiverFormat : _senderFormat).Open(frame);
        if ((content[0] & 0xF0) == IsoTpFormat.ConsecutiveFrame)
            _consecutive++;
        var fault = faults(Frames++);
        if (fault != Fault.None)
        {
            Faulted = content.ToArray();
            FaultedConsecutive = _consecutive;
        }

        var direction = fromSender ? 1 : 0;
        var delivery = new Delivery(frame, fromSender);
        var held = _held[direction];
        _held[direction] = null;
        switch (fault)
        {
            case Fault.None:
                Post(_now + _latency, delivery);
                break;
            case Fault.Double:
                Post(_now + _latency, delivery);
                Post(_now + _latency, delivery);
                break;
            case Fault.Swap when held is null:
                _held[direction] = delivery;
                Post(_now + HeldFor, delivery with { Held = delivery });
                return;
            case Fault.Swap:
                Post(_now + _latency, delivery);
                break;
        }

        if (held is not null)
            Post(_now + _latency, held);
    }

    private void Post(TimeSpan time, Delivery delivery) => _wire.Enqueue(delivery, (time, _order++));

    private void Deliver(Delivery delivery)
    {
        var direction = delivery.FromSender ? 1 : 0;
        if (delivery.Held is { } held)
        {
            if (!ReferenceEquals(_held[direction], held))
                return; // overtaken, and delivered afterwards
            _held[direction] = null;
        }

        if (delivery.IsSent)
        {
            if (!delivery.FromSender)
                _receiver.Sent(_now);
            else if (_sender.Sent(_now))
                Sent = IsoTpResult.N_OK;
            return;
        }

        if (!delivery.FromSender)
        {
            var result = _sender.OnFlowControl(_senderFormat.Open(delivery.Frame), _now);
            if (result != IsoTpResult.N_OK)
                Sent = result;
            return;
        }

        var reception = _receiver.OnFrame(_receiverFormat.Open(delivery.Frame), _now);
        if (reception.Result != IsoTpResult.N_OK)
            Errors.Add(reception.Result);
        if (reception.Message is { } message)
            Messages.Add(message);
    }

    private sealed record Delivery(CanFrame Frame, bool FromSender, bool IsSent = false, Delivery? Held = null);
}
