using System.Runtime.InteropServices;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan;

/// <summary>
/// The buffers of one <c>recvmmsg</c> call, for up to <see cref="Capacity"/> frames with their control messages, each after the head that
/// some sockets put before it.
/// </summary>
internal sealed unsafe class FrameBatch : IDisposable
{
    public const int Capacity = 64;

    private const int ControlLength = 128; // a timespec or three, a drop count, and their headers

    private readonly MMsgHdr* _messages = (MMsgHdr*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(MMsgHdr));
    private readonly IoVec* _vectors = (IoVec*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(IoVec));
    private readonly byte* _buffers;
    private readonly SockAddrCan* _addresses = (SockAddrCan*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(SockAddrCan));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(Capacity, ControlLength);
    private readonly bool _wantsAddress;
    private readonly int _headSize;
    private readonly int _size;
    private int _used = Capacity;

    public FrameBatch(bool wantsAddress, int headSize = 0)
    {
        _wantsAddress = wantsAddress;
        _headSize = headSize;
        _size = headSize + sizeof(RawFrame);
        _buffers = (byte*)NativeMemory.AllocZeroed(Capacity, (nuint)_size);
        for (var i = 0; i < Capacity; i++)
        {
            _vectors[i] = new() { Base = _buffers + (i * _size), Length = _size };
            _messages[i].Header = new()
            {
                Iov = _vectors + i,
                IovLength = 1,
                Control = _control + (i * ControlLength),
                Name = wantsAddress ? _addresses + i : null,
            };
        }
    }

    /// <summary>Takes the frames that wait, without waiting; their number, or -1 with <see cref="Libc.LastError"/>.</summary>
    public int Receive(FileDescriptor socket)
    {
        for (var i = 0; i < _used; i++) // the kernel has written what it used
        {
            _messages[i].Header.ControlLength = ControlLength;
            _messages[i].Header.NameLength = _wantsAddress ? sizeof(SockAddrCan) : 0;
        }

        var count = Libc.RecvMMsg(socket, _messages, Capacity, Abi.MSG_DONTWAIT, null);
        _used = Math.Max(count, 0);
        return count;
    }

    /// <summary>The head of one of the received messages, a broadcast manager's.</summary>
    public ref readonly BcmMsgHead Head(int i) => ref *(BcmMsgHead*)(_buffers + (i * _size));

    public int IfIndex(int i) => _addresses[i].IfIndex;

    /// <summary>One of the received frames. <paramref name="dropped"/> becomes the socket's count of lost frames, if it comes with one.</summary>
    public CanFrame Read(int i, ushort @interface, ref uint dropped)
    {
        var message = &_messages[i].Header;
        var raw = (RawFrame*)(_buffers + (i * _size) + _headSize);
        long ticks = 0;
        var end = message->Control + message->ControlLength;
        for (var at = message->Control; at + sizeof(CMsgHdr) <= end;)
        {
            var header = (CMsgHdr*)at;
            switch (header->Type)
            {
                case Abi.SO_TIMESTAMPNS:
                    ticks = ((TimeSpec*)(header + 1))->UtcTicks;
                    break;
                case Abi.SO_TIMESTAMPING: // software, unused, hardware
                    var stamps = (TimeSpec*)(header + 1);
                    ticks = (stamps[2].Seconds != 0 ? stamps + 2 : stamps)->UtcTicks;
                    break;
                case Abi.SO_RXQ_OVFL:
                    dropped = *(uint*)(header + 1);
                    break;
            }

            at += (header->Length + sizeof(nint) - 1) & -sizeof(nint);
        }

        var flags = (message->Flags & Abi.MSG_DONTROUTE) != 0 ? CanFrame.FrameFlags.Local : 0;
        if ((message->Flags & Abi.MSG_CONFIRM) != 0 && _headSize == 0) // which job is on the watch's own socket is chance
            flags |= CanFrame.FrameFlags.Own;
        int length = raw->Length;
        if (_messages[i].Received == _headSize + Abi.CANFD_MTU)
        {
            length = Math.Min(length, CanFrame.MaxFdLength);
            flags |= CanFrame.FrameFlags.Fd | (CanFrame.FrameFlags)(raw->Flags & 3);
            if ((raw->Flags & Abi.CANFD_FDF) != 0)
                flags |= CanFrame.FrameFlags.FdfReported;
            return new(raw->Id, length, flags, new ReadOnlySpan<byte>(&raw->Data, length), @interface, ticks);
        }

        length = Math.Min(length, CanFrame.MaxLength);
        var data = new ReadOnlySpan<byte>(&raw->Data, length);
        if (length == CanFrame.MaxLength && raw->Len8Dlc is > 8 and <= 15)
            length = raw->Len8Dlc;
        return new(raw->Id, length, flags, data, @interface, ticks);
    }

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(_control);
    }
}
