using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Sockets;

/// <summary>
/// The buffers of one <c>recvmmsg</c> call, for up to <see cref="Capacity"/> frames with their control messages, each after the head that
/// some sockets put before it. The kernel writes directly into the frames, so nothing is copied on the way to the observers.
/// </summary>
internal sealed unsafe class FrameBatch : IDisposable
{
    public const int Capacity = 64;

    private const int ControlLength = 128; // one or three timespecs, a drop count, and their headers

    private readonly MMsgHdr* _messages = (MMsgHdr*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(MMsgHdr));
    private readonly IoVec* _vectors = (IoVec*)NativeMemory.AllocZeroed(Capacity * 2, (nuint)sizeof(IoVec));
    private readonly byte* _heads = (byte*)NativeMemory.AllocZeroed(Capacity, (nuint)BcmMsgHead.Size);
    private readonly ReceivedFrame* _frames = (ReceivedFrame*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(ReceivedFrame));
    private readonly SockAddrCan* _addresses = (SockAddrCan*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(SockAddrCan));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(Capacity, ControlLength);
    private readonly bool _wantsAddress;
    private int _headSize;
    private int _used = Capacity;
    private ulong _long; // a bit for each frame with data after its first eight bytes

    public FrameBatch(bool wantsAddress)
    {
        Debug.Assert(sizeof(ReceivedFrame) == sizeof(CanFrame), "Both have the same layout.");
        _wantsAddress = wantsAddress;
        for (var i = 0; i < Capacity; i++)
        {
            _vectors[i * 2] = new() { Base = _heads + (i * BcmMsgHead.Size), Length = BcmMsgHead.Size };
            _vectors[(i * 2) + 1] = new() { Base = &_frames[i].Raw, Length = sizeof(RawFrame) };
            _messages[i].Header = new()
            {
                Iov = _vectors + (i * 2) + 1,
                IovLength = 1,
                Control = _control + (i * ControlLength),
                Name = wantsAddress ? _addresses + i : null,
            };
        }
    }

    /// <summary>Reads the waiting frames; returns their number, or -1 with <see cref="Libc.LastError"/>.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="hasHeads">Whether it puts a <see cref="Head"/> before each frame, as a broadcast manager's does.</param>
    /// <param name="waits">Whether to wait for the first frame, as long as the socket's time-out.</param>
    public int Receive(FileDescriptor.Lease socket, bool hasHeads = false, bool waits = false)
    {
        if (hasHeads != _headSize > 0)
            SetHeads(hasHeads);
        for (var i = 0; i < _used; i++)
            Prepare(_messages + i);
        var count = Libc.RecvMMsg(socket.Number, _messages, Capacity, waits ? Abi.MSG_WAITFORONE : Abi.MSG_DONTWAIT);
        _used = Math.Max(count, 0);
        return count;
    }

    /// <summary>
    /// Waits for one frame, as long as the socket's time-out; returns 1, or -1 with <see cref="Libc.LastError"/>. It costs less than
    /// <see cref="Receive"/>, which looks for a second one.
    /// </summary>
    public int ReceiveOne(FileDescriptor.Lease socket)
    {
        Debug.Assert(_headSize == 0, "No socket of a broadcast manager is waited for here.");
        var message = _messages;
        Prepare(message);
        var length = Libc.RecvMsg(socket.Number, &message->Header, 0);
        message->Received = (uint)length;
        _used = Math.Max(_used, 1);
        return length < 0 ? -1 : 1;
    }

    /// <summary>Discards what is waiting, whatever the state of the link.</summary>
    public void Discard(FileDescriptor file)
    {
        using var socket = file.Use();
        int count;
        do
        {
            count = Receive(socket);
        }
        while (count == Capacity || (count < 0 && Libc.LastError is Errno.EINTR or Errno.ENETDOWN));
    }

    /// <summary>The head of one of the received messages from a broadcast manager.</summary>
    public ref readonly BcmMsgHead Head(int i) => ref *(BcmMsgHead*)(_heads + (i * BcmMsgHead.Size));

    public int IfIndex(int i) => _addresses[i].IfIndex;

    /// <summary>
    /// Completes one of the received frames; call it once per frame. The frame is valid until the next <see cref="Receive"/>.
    /// <paramref name="dropped"/> becomes the socket's count of lost frames, if the frame comes with one.
    /// </summary>
    public ref readonly CanFrame Read(int i, ushort @interface, ref uint dropped)
    {
        var message = &_messages[i].Header;
        var frame = _frames + i;
        var raw = &frame->Raw;
        long time = 0;
        var end = message->Control + message->ControlLength;
        for (var at = message->Control; at + sizeof(CMsgHdr) <= end;)
        {
            var header = (CMsgHdr*)at;
            switch (header->Type)
            {
                case Abi.SO_TIMESTAMPNS_OLD or Abi.SO_TIMESTAMPNS_NEW:
                    time = ((TimeSpec*)(header + 1))->UnixNanoseconds;
                    break;
                case Abi.SO_TIMESTAMPING_OLD or Abi.SO_TIMESTAMPING_NEW: // software, unused, hardware
                    var stamps = (TimeSpec*)(header + 1);
                    time = (stamps[2].Seconds != 0 ? stamps + 2 : stamps)->UnixNanoseconds;
                    break;
                case Abi.SO_RXQ_OVFL:
                    dropped = *(uint*)(header + 1);
                    break;
            }

            at += (header->Length + sizeof(nint) - 1) & -sizeof(nint);
        }

        var flags = (message->Flags & Abi.MSG_DONTROUTE) != 0 ? CanFrame.FrameFlags.Local : 0;
        if ((message->Flags & Abi.MSG_CONFIRM) != 0 && _headSize == 0) // whether a job shares the watch's socket is chance
            flags |= CanFrame.FrameFlags.Own;
        var length = raw->Length;
        var isError = (raw->Id & CanId.ErrFlag) != 0;
        Span<byte> data = raw->Data;
        if (_messages[i].Received == _headSize + Abi.CANFD_MTU && !isError)
        {
            length = Math.Min(length, (byte)CanFrame.MaxFdLength);
            if (length < CanFrame.MaxFdLength)
            {
                data[length..].Clear(); // do not expose what a sender left there
                length = (byte)CanFrame.FdLength(length); // a vcan passes on any length
            }

            flags |= CanFrame.FrameFlags.Fd | (CanFrame.FrameFlags)(raw->Flags & 3);
            if ((raw->Flags & Abi.CANFD_FDF) != 0)
                flags |= CanFrame.FrameFlags.FdfReported;
            _long |= 1UL << i;
        }
        else
        {
            if ((_long >> i & 1) != 0 || (isError && _messages[i].Received == _headSize + Abi.CANFD_MTU))
            {
                _long &= ~(1UL << i);
                data[CanFrame.MaxLength..].Clear();
            }

            if (length < CanFrame.MaxLength)
                ClearFrom(data, length);
            else if (isError)
                length = CanFrame.MaxLength; // CAN_ERR_DLC, even if a program has sent it in CAN FD form
            else
                length = raw->Len8Dlc is > 8 and <= 15 && length == CanFrame.MaxLength ? raw->Len8Dlc : (byte)CanFrame.MaxLength;
        }

        frame->Time = Math.Max(time, 0); // as FrameTime has it
        raw->Id = CanFrame.Meaningful(raw->Id, flags);
        raw->Length = length;
        frame->Flags = flags;
        frame->Interface = @interface;
        return ref Unsafe.AsRef<CanFrame>(frame);
    }

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_heads);
        NativeMemory.Free(_frames);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(_control);
    }

    /// <summary>Clears the rest of the first eight bytes, with fewer instructions than <see cref="Span{T}.Clear"/>.</summary>
    private static void ClearFrom(Span<byte> data, int length)
    {
        var bits = ~0UL << (length * 8);
        Unsafe.As<byte, ulong>(ref data[0]) &= ~(BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
    }

    /// <summary>Restores the lengths, which the kernel has overwritten with what it used.</summary>
    private void Prepare(MMsgHdr* message)
    {
        message->Header.ControlLength = ControlLength;
        message->Header.NameLength = _wantsAddress ? sizeof(SockAddrCan) : 0;
    }

    private void SetHeads(bool hasHeads)
    {
        _headSize = hasHeads ? BcmMsgHead.Size : 0;
        for (var i = 0; i < Capacity; i++)
        {
            _messages[i].Header.Iov = _vectors + (i * 2) + (hasHeads ? 0 : 1);
            _messages[i].Header.IovLength = hasHeads ? 2 : 1;
        }
    }

    /// <summary>The memory layout of a <see cref="CanFrame"/>: the time, then what the kernel writes, some of which is converted afterwards.</summary>
    [StructLayout(LayoutKind.Explicit)]
    private struct ReceivedFrame
    {
        [FieldOffset(0)]
        public long Time;
        [FieldOffset(8)]
        public RawFrame Raw;
        [FieldOffset(13)]
        public CanFrame.FrameFlags Flags; // at the kernel's own flags
        [FieldOffset(14)]
        public ushort Interface; // at bytes unused by the kernel, and the classic frame's raw DLC
    }
}
