using CsCheck;
using RxCan.J1939;

namespace RxCan.Tests.J1939;

/// <summary>Random conversations of two nodes on a wire that loses, duplicates and reorders frames, in virtual time.</summary>
[Trait("Length", "Long")]
public class TransportConversationTests
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromMilliseconds(300);

    private static readonly Gen<int> Lengths = Gen.Frequency(
        (80, Gen.Int[9, 80]),
        (16, Gen.Int[9, 300]),
        (2, Gen.Int[1770, 1785]),
        (2, Gen.Int[1786, 3000]));

    private static readonly Gen<Plan> Plans = Gen.Select(
        Gen.Select(Lengths, Gen.Bool, Gen.Int[0, 2], (length, fromFirst, to) => new Item(length, fromFirst, to == 0 && length <= 1785)).Array[1, 5],
        Gen.Frequency((1, Gen.Const(255)), (2, Gen.Int[1, 20])),
        Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 2])),
        Gen.Int[0, 400],
        Gen.Int[0, 300],
        Gen.Int,
        (items, cts, holds, latency, sending, seed) => new Plan(items, cts, holds, latency, sending, seed));

    private enum Fault
    {
        None,
        Lose,
        Double,
        Swap,
    }

    [Fact]
    public void On_a_good_wire_every_message_arrives() => Plans.Sample(
        plan =>
        {
            var talk = new Talk(plan, _ => Fault.None);
            talk.Run();
            Assert.All(talk.Ends, end => Assert.Null(end));
            Assert.Empty(talk.Failures);
            Assert.All(plan.Items.Index(), item => Assert.Equal(1, talk.Arrived[item.Index]));
        },
        iter: RandomCases.Of(6000),
        threads: 1);

    [Fact]
    public void A_lost_frame_has_the_outcome_the_standard_specifies() => Gen.Select(Plans, Gen.Double.Unit).Sample(
        (plan, where) =>
        {
            plan = plan with { Items = plan.Items[..1] };
            var frames = new Talk(plan, _ => Fault.None);
            frames.Run();
            var lost = (int)(where * frames.Frames);
            var talk = new Talk(plan, i => i == lost ? Fault.Lose : Fault.None);
            talk.Run();
            var item = plan.Items[0];
            var (code, isData) = (talk.Faulted.Data[0], J1939Id.From(talk.Faulted.Id).Pgn is { } p && (p == J1939Pgn.TransportData || p == J1939Pgn.ExtendedTransportData));
            if (item.IsToAll)
            {
                Assert.Null(talk.Ends[0]);
                Assert.Equal(0, talk.Arrived[0]);
                Assert.Equal(!isData && code == 32 ? [] : [isData && talk.IsLastData ? J1939AbortReason.Timeout : J1939AbortReason.BadSequence], talk.Failures);
            }
            else if (isData && !talk.IsLastData)
            {
                Assert.Null(talk.Ends[0]); // it is requested again
                Assert.Equal(1, talk.Arrived[0]);
            }
            else if (!isData && code is 17 or 21 && talk.Faulted.Data[1] == 0)
            {
                Assert.Null(talk.Ends[0]); // the next one comes within T4
                Assert.Equal(1, talk.Arrived[0]);
            }
            else
            {
                Assert.Equal(J1939AbortReason.Timeout, talk.Ends[0]);
                var isEnd = !isData && code is 19 or 23;
                Assert.Equal(isEnd ? 1 : 0, talk.Arrived[0]);
                Assert.Equal(isEnd || (!isData && code is 16 or 20) ? [] : [J1939AbortReason.Timeout], talk.Failures);
            }
        },
        iter: RandomCases.Of(6000),
        threads: 1);

    [Fact]
    public void On_a_bad_wire_nothing_corrupt_arrives_everything_ends_and_the_next_message_gets_through() => Gen.Select(Plans.Where(HasOneBroadcastEach), Gen.Double[0, 0.3]).Sample(
        (plan, rate) =>
        {
            var random = new Random(plan.Seed);
            var good = false;
            var talk = new Talk(plan, _ => good || random.NextDouble() >= rate ? Fault.None : (Fault)random.Next(1, 4));
            talk.Run();
            J1939AbortReason?[] possible =
            [
                null, J1939AbortReason.Timeout, J1939AbortReason.CtsWhileSending, J1939AbortReason.RetransmitLimit, J1939AbortReason.BadSequence,
                J1939AbortReason.Busy, J1939AbortReason.TooLong, J1939AbortReason.BadOffset, J1939AbortReason.OffsetBeyondCts,
                J1939AbortReason.CtsForOtherPgn, J1939AbortReason.OffsetForOtherPgn,
            ];
            Assert.All(talk.Ends, end => Assert.Contains(end, possible));
            Assert.All(talk.Failures, reason => Assert.Contains(reason, possible));
            Assert.All(talk.Arrived, times => Assert.InRange(times, 0, 1));
            foreach (var (i, item) in plan.Items.Index())
            {
                if (!item.IsToAll && talk.Ends[i] is null)
                    Assert.Equal(1, talk.Arrived[i]);
            }

            good = true;
            talk.Again();
            Assert.All(talk.Ends, end => Assert.Null(end));
            Assert.All(talk.Arrived, times => Assert.Equal(1, times));
        },
        iter: RandomCases.Of(8000),
        threads: 1);

    /// <summary>
    /// Nothing in a data packet names its group: a second broadcast, whose announcement and first packets are lost, ends the first one in whichever
    /// packets are left.
    /// </summary>
    private static bool HasOneBroadcastEach(Plan plan) =>
        plan.Items.Where(item => item.IsToAll).GroupBy(item => item.IsFromFirst).All(broadcasts => broadcasts.Count() == 1);

    private sealed record Item(int Length, bool IsFromFirst, bool IsToAll);

    private sealed record Plan(Item[] Items, int CtsPackets, int Holds, int LatencyMicroseconds, int SendingMicroseconds, int Seed)
    {
        public override string ToString() => $"{string.Join(" ", Items.Select(i => i.ToString()))} cts {CtsPackets} holds {Holds} {LatencyMicroseconds} {SendingMicroseconds} {Seed}";
    }

    /// <summary>The conversation: all messages are sent at the same time.</summary>
    private sealed class Talk
    {
        private readonly Plan _plan;
        private readonly Func<int, Fault> _faults;
        private readonly TransportSink[] _sinks = [new(), new()];
        private readonly Transport[] _nodes;
        private readonly PriorityQueue<Delivery, (TimeSpan Time, int Order)> _wire = new();
        private readonly Delivery?[] _held = new Delivery?[2];
        private readonly Dictionary<J1939Transfer, int> _numbers = [];
        private readonly int[] _over;
        private TimeSpan _now;
        private int _order;
        private int _round;
        private int _offsetCount; // ETP: the packets after the last offset

        public Talk(Plan plan, Func<int, Fault> faults)
        {
            (_plan, _faults) = (plan, faults);
            var options = new J1939Options { CtsPackets = (byte)plan.CtsPackets, Holds = plan.Holds };
            _nodes = [new(options, new(), (_, _, _) => true) { Sink = _sinks[0] }, new(options, new(), (_, _, _) => true) { Sink = _sinks[1] }];
            _nodes[0].SetAddress(0x80);
            _nodes[1].SetAddress(0x81);
            Ends = new J1939AbortReason?[plan.Items.Length];
            Arrived = new int[plan.Items.Length];
            _over = new int[plan.Items.Length];
        }

        /// <summary>How sending each message ended; null for success.</summary>
        public J1939AbortReason?[] Ends { get; }

        /// <summary>How often each message arrived.</summary>
        public int[] Arrived { get; }

        /// <summary>How receptions failed.</summary>
        public List<J1939AbortReason> Failures { get; } = [];

        public int Frames { get; private set; }

        /// <summary>The last frame that suffered a fault.</summary>
        public CanFrame Faulted { get; private set; }

        /// <summary>Whether that was the last data packet before the other end's turn.</summary>
        public bool IsLastData { get; private set; }

        public void Run()
        {
            foreach (var (i, item) in _plan.Items.Index())
            {
                // A separate parameter group for each: frames of two connections for the same group cannot be distinguished.
                var transfer = new J1939Transfer(0xE000 + (i << 8), Payload(i), item.IsToAll ? (byte)0xFF : item.IsFromFirst ? (byte)0x81 : (byte)0x80, 7);
                _numbers.Add(transfer, i);
                _nodes[item.IsFromFirst ? 0 : 1].Send(transfer);
            }

            var most = 4000 + (_plan.Items.Sum(item => item.Length) * 8);
            for (var steps = 0; Step(); steps++)
                Assert.True(steps < most, "It does not end.");
            Assert.All(_nodes, node => Assert.False(node.IsActive));
            Assert.All(_over, times => Assert.Equal(1, times));
        }

        public void Again()
        {
            _round++;
            Array.Clear(Ends);
            Array.Clear(Arrived);
            Array.Clear(_over);
            _numbers.Clear();
            Run();
        }

        private byte[] Payload(int i)
        {
            var payload = new byte[_plan.Items[i].Length];
            new Random(_plan.Seed + (i * 7919) + (_round * 104729)).NextBytes(payload);
            return payload;
        }

        private bool Step()
        {
            for (var i = 0; i < 2; i++)
            {
                if (!_nodes[i].TryTake(_now, out var frame, out var from))
                    continue;
                Post(_now + TimeSpan.FromMicroseconds(_plan.SendingMicroseconds), new(i, default, from, IsSent: true));
                Transmit(frame, i);
                Note(i);
                return true;
            }

            var next = _nodes[0].Deadline < _nodes[1].Deadline ? _nodes[0].Deadline : _nodes[1].Deadline;
            if (_wire.TryPeek(out _, out var at) && at.Time <= next)
            {
                _now = at.Time;
                Deliver(_wire.Dequeue());
                return true;
            }

            if (next == TimeSpan.MaxValue)
                return false;
            _now = next > _now ? next : _now;
            for (var i = 0; i < 2; i++)
            {
                _nodes[i].OnTime(_now);
                Note(i);
            }

            return true;
        }

        private void Transmit(in CanFrame frame, int from)
        {
            var fault = _faults(Frames++);
            if (frame.Data[0] == TransportFormat.DataPacketOffset && J1939Id.From(frame.Id).Pgn == J1939Pgn.ExtendedTransportControl)
                _offsetCount = frame.Data[1];
            if (fault != Fault.None)
            {
                Faulted = frame;
                IsLastData = IsLast(frame);
            }

            var delivery = new Delivery(from, frame, null);
            var at = _now + TimeSpan.FromMicroseconds(_plan.LatencyMicroseconds);
            var held = _held[from];
            _held[from] = null;
            if (fault == Fault.Swap && held is null)
            {
                _held[from] = delivery;
                Post(_now + HeldFor, delivery with { Held = delivery });
                return;
            }

            if (fault != Fault.Lose)
                Post(at, delivery);
            if (fault == Fault.Double)
                Post(at, delivery);
            if (held is not null)
                Post(at, held);
        }

        /// <summary>Whether it is the last data packet that its receiver waits for: of the message, or of those it cleared to send.</summary>
        private bool IsLast(in CanFrame frame)
        {
            var (id, sequence) = (J1939Id.From(frame.Id), frame.Data[0]);
            var total = TransportFormat.Packets(_plan.Items[0].Length);
            var window = Math.Min(255, _plan.CtsPackets);
            return id.Destination == J1939Address.Global || id.Pgn == J1939Pgn.TransportData
                ? sequence == total || (id.Destination != J1939Address.Global && sequence % window == 0)
                : sequence == _offsetCount;
        }

        private void Post(TimeSpan time, Delivery delivery) => _wire.Enqueue(delivery, (time, _order++));

        private void Deliver(Delivery delivery)
        {
            if (delivery.IsSent)
            {
                _nodes[delivery.From].Sent(delivery.Token, _now);
                Note(delivery.From);
                return;
            }

            if (delivery.Held is { } held)
            {
                if (!ReferenceEquals(_held[delivery.From], held))
                    return; // overtaken, and delivered afterwards
                _held[delivery.From] = null;
            }

            var id = J1939Id.From(delivery.Frame.Id);
            _nodes[1 - delivery.From].OnFrame(id, delivery.Frame.Data, _now);
            Note(1 - delivery.From);
        }

        private void Note(int node)
        {
            foreach (var happened in _sinks[node].Take())
            {
                switch (happened.Kind)
                {
                    case TransportReportKind.Sent or TransportReportKind.SendFailed:
                        var number = _numbers[happened.Transfer!];
                        _over[number]++;
                        Ends[number] = happened.Kind == TransportReportKind.Sent ? null : happened.Reason;
                        break;
                    case TransportReportKind.ReceiveFailed:
                        Failures.Add(happened.Reason!.Value);
                        break;
                    case TransportReportKind.Received:
                        var (payload, isToAll) = (happened.Message!.Data.ToArray(), happened.Message.Destination == J1939Address.Global);
                        var which = _numbers.Values.Where(i =>
                            _plan.Items[i].IsToAll == isToAll && _plan.Items[i].IsFromFirst == (node == 1) && Payload(i).AsSpan().SequenceEqual(payload));
                        Arrived[Assert.Single(which)]++;
                        break;
                }
            }
        }

        private sealed record Delivery(int From, CanFrame Frame, TransportConnection? Token, bool IsSent = false, Delivery? Held = null);
    }
}
