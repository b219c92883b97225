using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;
using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

/// <summary>What any program may put on a virtual interface: it is delivered as a frame that can be asked, printed, parsed and sent.</summary>
[Collection(nameof(Alone))]
public sealed class HostileFrameTests : IDisposable
{
    private readonly VcanTestBus _wire = new();
    private readonly VcanTestBus _other = new();

    public void Dispose()
    {
        _wire.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void An_error_frame_in_CAN_FD_form_is_an_error_frame()
    {
        using var bus = _wire.Open(new() { ErrorMask = CanErrorClass.All });
        using var events = bus.Events.Record();
        using var frames = bus.Record();

        Kernel.Run("cansend", $"{_wire.Name} 20000004##0112233445566778899AABBCC");
        Kernel.Run("cansend", $"{_wire.Name} 123#01");

        var error = frames.WaitForCount(2).Values[0];
        Assert.Equal("20000004#1122334455667788", error.ToString());
        Assert.False(error.IsFd);
        var reported = Assert.Single(events.Values.OfType<CanErrorReported>()).Error;
        Assert.Equal((0x77, 0x88), (reported.TransmitErrors, reported.ReceiveErrors));
    }

    [Theory]
    [InlineData(0x20000040u, 1, false, "20000040#AA")]
    [InlineData(0x20000040u, 11, true, "20000040#AAAAAAAAAAAAAAAA")]
    [InlineData(0x123u, 11, true, "123##0AAAAAAAAAAAAAAAAAAAAAA00")]
    public void A_frame_of_a_length_that_no_controller_sends_has_the_next_one(uint id, byte length, bool isFd, string text)
    {
        using var bus = _wire.Open(new() { ErrorMask = CanErrorClass.All });
        using var frames = bus.Record();
        using var sender = RawSocket.Open(_wire.Name, CanBusOptions.Default);

        Assert.Equal(Errno.None, Send(sender, id, length, 0, 0, isFd, 0xAA));

        var frame = Assert.Single(frames.WaitForCount(1).Values);
        Assert.Equal(text, frame.ToString());
        AssertUsable(frame);
    }

    [Fact]
    public void Random_frames_are_delivered_as_frames()
    {
        var random = new Random(1);
        using var bus = _wire.Open(new() { ErrorMask = CanErrorClass.All });
        using var sender = RawSocket.Open(_wire.Name, CanBusOptions.Default);
        using var second = _other.Open();
        long seen = 0, events = 0, accepted = 0;
        Exception? failure = null;
        using var reports = bus.Events.Subscribe(e =>
        {
            events += e.ToString().Length > 0 ? 1 : 0;
            failure ??= (e as CanObserverFailed)?.Exception;
        });
        using var frames = bus.Subscribe(frame =>
        {
            AssertUsable(frame);
            second.Send(frame);
            Interlocked.Increment(ref seen);
        });

        for (var i = 0; i < RandomCases.Of(1_000_000); i++)
        {
            var isFd = random.Next(2) == 0;
            var length = (byte)random.Next(random.Next(4) == 0 ? 256 : isFd ? 65 : 9);
            if (Send(sender, (uint)random.NextInt64(1L << 32), length, (byte)random.Next(256), (byte)random.Next(256), isFd, (byte)random.Next(256)) == Errno.None)
                accepted++;
            if (i % 200 == 0)
                Wait();
        }

        Wait();
        Assert.True(events > 0);

        void Wait()
        {
            Eventually.True(() => failure is not null || Interlocked.Read(ref seen) == accepted, "every accepted frame is delivered");
            Assert.Null(failure);
        }
    }

    private static void AssertUsable(in CanFrame frame)
    {
        var text = frame.ToString();
        Assert.Equal(frame, CanFrame.Parse(text));
        Assert.Equal(text, CanFrame.Parse(frame.ToString("L")).ToString());
        Assert.InRange(frame.Dlc, 0, 15);
        Assert.InRange(frame.Data.Length, 0, 64);
        const int Head = 16; // before the data
        var rest = MemoryMarshal.AsBytes(new ReadOnlySpan<CanFrame>(in frame))[(Head + (frame.IsRemote ? frame.Length : frame.Data.Length))..];
        Assert.Equal(-1, rest.IndexOfAnyExcept((byte)0)); // nothing of what a sender, or the frame before, left there
        Assert.True(frame.Id.ToString().Length > 0);
        if (frame.IsError)
            Assert.NotNull(frame.ToError().ToString()); // empty for classes that linux/can/error.h does not define
        else
            Assert.InRange(CanFrameBits.Of(frame).Total, 44, 800);
    }

    private static unsafe Errno Send(RawSocket socket, uint id, byte length, byte flags, byte len8Dlc, bool isFd, byte content)
    {
        var raw = new RawFrame { Id = id, Length = length, Flags = flags, Len8Dlc = len8Dlc };
        ((Span<byte>)raw.Data).Fill(content);
        while (true)
        {
            if (Libc.Send(socket.File, &raw, isFd ? Abi.CANFD_MTU : Abi.CAN_MTU, Abi.MSG_DONTWAIT) >= 0)
                return Errno.None;
            if (Libc.LastError is not (Errno.ENOBUFS or Errno.EAGAIN))
                return Libc.LastError;
        }
    }
}
