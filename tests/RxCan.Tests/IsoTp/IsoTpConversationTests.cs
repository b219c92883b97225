using System.Globalization;
using CsCheck;
using RxCan.IsoTp;

namespace RxCan.Tests.IsoTp;

/// <summary>Random conversations of the state machines. RXCAN_CASES multiplies their number.</summary>
[Trait("Length", "Long")]
public class IsoTpConversationTests
{

    private static readonly Gen<IsoTpAddress> Addresses = Gen.OneOf(
        IsoTpAddress.Normal(0x7E0, 0x7E8),
        IsoTpAddress.Normal(CanId.Extended(0x123), CanId.Extended(0x124)),
        IsoTpAddress.NormalFixed(0x55, 0xAA),
        IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1),
        IsoTpAddress.Mixed(0x7E0, 0x7E8, 0x99),
        IsoTpAddress.MixedFixed(0x55, 0xAA, 0x99));

    private static readonly Gen<int> Lengths = Gen.Frequency(
        (50, Gen.Int[1, 130]),
        (30, Gen.Int[1, 5000]),
        (16, Gen.Int[4080, 4110]),
        (4, Gen.Int[1, 70_000]));

    private static readonly Gen<TimeSpan> SeparationTimes =
        Gen.Frequency((2, Gen.Const(TimeSpan.Zero)), (1, Gen.Int[0, 255].Select(i => SeparationTime.Decode((byte)i))));

    private static readonly Gen<byte?> Paddings = Gen.Frequency<byte?>((1, Gen.Const((byte?)null)), (1, Gen.Const((byte?)0xCC)), (1, Gen.Const((byte?)0)));

    private static readonly Gen<int> BlockSizes = Gen.Frequency((1, Gen.Const(0)), (1, Gen.Int[1, 8]), (1, Gen.Int[0, 255]));

    private static readonly Gen<ConversationCase> Random = Gen.Select(
        Gen.Select(Lengths, Addresses, Gen.Bool, Gen.OneOf(8, 12, 16, 20, 24, 32, 48, 64)),
        Gen.Select(BlockSizes, SeparationTimes, Paddings, Gen.Int[0, 2]),
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 300], Gen.Int[0, 3], Gen.Int),
        (what, flow, wire) =>
        {
            var (length, address, fd, dataLength) = what;
            var (blockSize, separation, padding, waits) = flow;
            var (latency, sending, pause, seed) = wire;
            var both = new IsoTpOptions { Fd = fd, TxDataLength = fd ? dataLength : 8, Padding = padding, MaxLength = 70_000 };
            return new ConversationCase(
                length,
                address,
                both with { NCs = TimeSpan.FromMicroseconds(seed % 3 == 0 ? 50 : 0) },
                both with { BlockSize = (byte)blockSize, STmin = separation, WaitFrames = waits, NBr = TimeSpan.FromMilliseconds(pause) },
                latency,
                sending,
                seed);
        });

    private static readonly int Count = RandomCases.Of(1000);

    [Fact]
    public void On_a_good_wire_every_message_arrives_in_exactly_the_expected_frames() => Random.Sample(
        how =>
        {
            var talk = new Conversation(how, _ => Fault.None);
            var payload = Payload(how);
            talk.Run(payload);
            Assert.Equal(IsoTpResult.N_OK, talk.Sent);
            Assert.Equal(payload, Assert.Single(talk.Messages));
            Assert.Empty(talk.Errors);
            Assert.True(talk.IsIdle);
            Assert.Equal(how.Frames, talk.Frames);
        },
        iter: Count,
        threads: 1);

    [Fact]
    public void A_lost_doubled_or_overtaken_frame_has_the_result_the_standard_specifies() => Gen.Select(
        Random, Gen.Double.Unit, Gen.OneOf(Fault.Lose, Fault.Double, Fault.Swap)).Sample(
        (how, where, fault) =>
        {
            var faulty = (int)(where * how.Frames);
            var talk = new Conversation(how, i => i == faulty ? fault : Fault.None);
            var payload = Payload(how);
            talk.Run(payload);
            var (sent, messages, errors) = Expected(how, talk, fault);
            Assert.Contains(talk.Sent, sent);
            Assert.Equal(messages, talk.Messages.Count);
            Assert.All(talk.Messages, message => Assert.Equal(payload, message));
            Assert.Equal(errors, talk.Errors);
            Assert.True(talk.IsIdle);
        },
        iter: Count,
        threads: 1);

    [Fact]
    public void On_a_bad_wire_nothing_corrupt_arrives_and_the_next_message_gets_through() => Gen.Select(Random, Gen.Double[0, 0.3]).Sample(
        (how, rate) =>
        {
            var random = new Random(how.Seed);
            var good = false;
            var talk = new Conversation(how, _ => good || random.NextDouble() >= rate ? Fault.None : (Fault)random.Next(1, 4));
            var payload = Payload(how);
            talk.Run(payload);
            Assert.True(talk.IsIdle);
            Assert.Contains(talk.Sent, (IEnumerable<IsoTpResult?>)[IsoTpResult.N_OK, IsoTpResult.N_TIMEOUT_BS]);
            Assert.All(talk.Messages, message => Assert.Equal(payload, message));
            Assert.DoesNotContain(talk.Errors, error => error is not (IsoTpResult.N_TIMEOUT_CR or IsoTpResult.N_WRONG_SN or IsoTpResult.N_UNEXP_PDU));
            if (talk.Messages.Count == 0 && !how.IsSingle)
                Assert.True(talk.Errors.Count > 0 || talk.Sent == IsoTpResult.N_TIMEOUT_BS, "The message was lost without an error.");

            good = true;
            talk.Messages.Clear();
            talk.Errors.Clear();
            talk.Run(payload);
            Assert.Equal(IsoTpResult.N_OK, talk.Sent);
            Assert.Equal(payload, Assert.Single(talk.Messages));
            Assert.Empty(talk.Errors);
        },
        iter: Count,
        threads: 1);

    [Fact]
    public void A_transfer_allocates_only_the_payload_array_and_a_constant()
    {
        var options = new IsoTpOptions { MaxLength = 70_000 };
        IsoTpFormat there = new(IsoTpAddress.Normal(1, 2), options), back = new(IsoTpAddress.Normal(2, 1), options);
        var (sender, receiver) = (new IsoTpSender(there, options), new IsoTpReceiver(back, options));
        Transfer(new byte[100]);
        foreach (var length in (int[])[20, 4095, 70_000])
        {
            var payload = new byte[length];
            Assert.InRange(Allocation.Of(() => Transfer(payload)), length, length + 64);
        }

        void Transfer(byte[] payload)
        {
            sender.Start(payload);
            while (sender.IsActive)
            {
                if (sender.TryTake(TimeSpan.Zero, out var frame))
                {
                    sender.Sent(TimeSpan.Zero);
                    receiver.OnFrame(back.Open(frame), TimeSpan.Zero);
                }

                if (receiver.TryTake(TimeSpan.Zero, out frame))
                {
                    receiver.Sent(TimeSpan.Zero);
                    sender.OnFlowControl(there.Open(frame), TimeSpan.Zero);
                }
            }
        }
    }

    private static byte[] Payload(ConversationCase how)
    {
        var payload = new byte[how.Length];
        new Random(how.Seed).NextBytes(payload);
        return payload;
    }

    private static (IEnumerable<IsoTpResult?> Sent, int Messages, IEnumerable<IsoTpResult> Errors) Expected(
        ConversationCase how, Conversation talk, Fault fault)
    {
        IsoTpResult?[] good = [IsoTpResult.N_OK], noFlowControl = [IsoTpResult.N_TIMEOUT_BS], either = [.. good, .. noFlowControl];
        var content = talk.Faulted!;
        switch (content[0] & 0xF0)
        {
            case IsoTpFormat.SingleFrame:
                return (good, fault == Fault.Lose ? 0 : fault == Fault.Double ? 2 : 1, []);
            case IsoTpFormat.FirstFrame:
                return fault == Fault.Lose ? (noFlowControl, 0, []) : (good, 1, fault == Fault.Double ? [IsoTpResult.N_UNEXP_PDU] : []);
            case IsoTpFormat.FlowControl:
                return fault == Fault.Lose && content[0] == IsoTpFormat.FlowControl
                    ? (noFlowControl, 0, [IsoTpResult.N_TIMEOUT_CR])
                    : (good, 1, []);
        }

        var number = talk.FaultedConsecutive;
        var blockSize = how.BlockSize;
        var isLast = number == how.ConsecutiveFrames;
        var isLastOfBlock = blockSize > 0 && number % blockSize == 0;
        var isInLastBlock = blockSize == 0 || (number - 1) / blockSize == (how.ConsecutiveFrames - 1) / blockSize;
        if (fault == Fault.Lose && (isLast || isLastOfBlock))
            return (isLast ? good : noFlowControl, 0, [IsoTpResult.N_TIMEOUT_CR]);
        if (isLast || (fault == Fault.Swap && isLastOfBlock))
            return (good, 1, []);
        return (isLastOfBlock ? either : isInLastBlock ? good : noFlowControl, 0, [IsoTpResult.N_WRONG_SN]);
    }
}
