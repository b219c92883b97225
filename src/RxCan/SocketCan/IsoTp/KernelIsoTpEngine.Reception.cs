using System.Buffers.Binary;
using System.Globalization;
using RxCan.Bus;
using RxCan.IsoTp;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <content>What the kernel receives and reports, in the order of its time stamps.</content>
internal sealed partial class KernelIsoTpEngine
{
    private const int ShortFirstHeader = 2; // the protocol control information of a first frame; the next one is with the 32-bit escape
    private const int LongFirstHeader = 6;

    private uint _receiving; // the length of the message under way; 0 for none
    private bool _isRefused; // it is too long, which was reported
    private bool _isSuspect; // it had a short consecutive frame
    private int _receptionNumber;

    private void Drain()
    {
        while (_socket is not null)
        {
            _control!.Receive(_sessions.Loop.Frames);
            var length = _socket.Receive(_sessions.Message, out var utcTicks, out var errno);
            if (length >= 0)
            {
                var timestamp = new DateTimeOffset(utcTicks, TimeSpan.Zero);
                _control.Receive(_sessions.Loop.Frames); // the frame that began it may only just have come
                TakeControl(timestamp);
                if (_socket is not null)
                    OnMessage(_sessions.Message.AsSpan(0, length), timestamp);
                continue;
            }

            // Everything that came before this point belongs to messages that have already been read.
            TakeControl(DateTimeOffset.MaxValue);
            if (errno == Errno.EAGAIN)
            {
                WatchSuspect();
                return;
            }

            OnError(errno);
        }
    }

    private void OnMessage(ReadOnlySpan<byte> payload, DateTimeOffset timestamp)
    {
        var isOther = _receiving != 0 && _receiving != payload.Length;
        var isRefused = _isRefused && !isOther;
        if (isOther)
            Replaced();
        (_receiving, _isRefused) = (0, false);
        if (isRefused)
            return;
        if (payload.Length > _options.MaxLength)
        {
            Fail(IsoTpResult.N_BUFFER_OVFLW);
            return;
        }

        if (_sink.WantsProgress)
            _sink.Progressed(new(false, payload.Length, payload.Length));
        _sink.Received(0, payload.ToArray(), timestamp);
    }

    private void OnError(Errno errno)
    {
        switch (errno)
        {
            case Errno.ETIMEDOUT or Errno.EILSEQ:
                FailToReceive(errno);
                break;
            case Errno.ECOMM when _wasDown:
                _sendError ??= SocketCanError.IsDown(Name);
                break;
            case Errno.ECOMM when _isOneBlock || IsSingle: // no flow control was expected, so it was the echo that did not come
                _sendError ??= Lost();
                break;
            case Errno.ECOMM:
                FailToSend(IsoTpResult.N_TIMEOUT_BS);
                break;
            case Errno.EMSGSIZE:
                FailToSend(IsoTpResult.N_BUFFER_OVFLW);
                break;
            case Errno.EBADMSG:
                FailToSend(IsoTpResult.N_ERROR);
                break;
            case Errno.ENETDOWN:
                _wasDown = true; // the session survives it
                break;
            default:
                NoteEnd(IsGone(errno) ? SocketCanError.Removed(Name) : SocketCanError.Of(Name, "recvmmsg(CAN_ISOTP)", errno));
                break;
        }
    }

    private void FailToReceive(Errno errno)
    {
        var wasRefused = _isRefused;
        (_receiving, _isRefused) = (0, false);
        if (!wasRefused)
            Fail(errno == Errno.EILSEQ ? IsoTpResult.N_WRONG_SN : IsoTpResult.N_TIMEOUT_CR);
    }

    private void Fail(IsoTpResult result) => _sink.Failed(0, IsoTpFailure.Of(result, _address, _options));

    /// <summary>Records the first frames and flow control frames that came until a time.</summary>
    private void TakeControl(DateTimeOffset until)
    {
        while (_socket is not null && _control!.TryTake(until, out var frame))
        {
            var content = _format.Open(frame);
            if (content.IsEmpty)
                continue;
            var kind = content[0] & 0xF0;
            if (kind == IsoTpFormat.FirstFrame)
                OnFirstFrame(content, frame.Length);
            else if (kind == IsoTpFormat.ConsecutiveFrame)
                _isSuspect = true;
            else if (_sending == Sending.Begun && !IsSingle && content.Length >= IsoTpFormat.FlowControlLength)
                OnFlowControl(content);
        }
    }

    private void OnFirstFrame(ReadOnlySpan<byte> content, int frameLength)
    {
        if (content.Length < LongFirstHeader)
            return;
        var length = (uint)BinaryPrimitives.ReadUInt16BigEndian(content) & IsoTpFormat.MaxShortLength;
        var header = ShortFirstHeader;
        if (length == 0)
        {
            length = BinaryPrimitives.ReadUInt32BigEndian(content[ShortFirstHeader..]);
            header = LongFirstHeader;
        }

        // The kernel's own conditions; it ignores all other frames.
        var dataLength = Math.Max(CanFrame.MaxLength, frameLength);
        if (frameLength != dataLength || length + (uint)(_format.RxStart + header + (dataLength > CanFrame.MaxLength ? 1 : 0)) < dataLength)
        {
            _receiving = 0;
            return;
        }

        if (_receiving != 0 && !_isRefused)
            Replaced();
        _isSuspect = false;
        _receptionNumber++;
        _receiving = length <= KernelIsoTp.MaxLength ? length : 0;
        _isRefused = length > _options.MaxLength;
        if (_isRefused)
            Fail(IsoTpResult.N_BUFFER_OVFLW);
        else
            _sink.Started(0);
    }

    private void OnFlowControl(ReadOnlySpan<byte> content)
    {
        switch (content[0] & 0xF)
        {
            case 0:
                _waits = 0;
                _isOneBlock |= content[1] == 0;
                Answerable();
                break;
            case 1 when ++_waits > _options.WaitLimit && !_socket!.IsIdle:
                Interrupt();
                if (_socket is not null)
                    FailToSend(IsoTpFailure.Of(IsoTpResult.N_WFT_OVRN, _address, _options));
                break;
            case > 2 when _socket!.IsIdle: // the kernel ended the message there, without an error
                FailToSend(IsoTpResult.N_INVALID_FS);
                break;
        }
    }

    /// <summary>Ends a message with a consecutive frame that was too short, after which the kernel would wait forever.</summary>
    private void WatchSuspect()
    {
        if (!_isSuspect || _receiving == 0)
            return;
        _isSuspect = false;
        var number = _receptionNumber;
        DueTimer.After(_sessions.Bus.Scheduler, _options.NCr, () => OnSuspectOver(number));
    }

    private void OnSuspectOver(int number)
    {
        lock (_gate)
        {
            if (_socket is null || _receiving == 0 || _receptionNumber != number)
                return;
            FailToReceive(Errno.ETIMEDOUT);
        }

        _sink.Flush();
    }

    private void Replaced() => Fail(IsoTpResult.N_UNEXP_PDU);

    private void GiveUpReception()
    {
        if (_receiving == 0)
            return;
        (_receiving, _isRefused) = (0, false);
        _sink.Failed(0, new IsoTpException(
            IsoTpResult.N_ERROR, $"{_address}: the reception was lost because the message being sent was stopped ({IsoTpResult.N_ERROR})."));
    }

    private IsoTpException Lost() => new(
        IsoTpResult.N_TIMEOUT_A,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_address}: a frame was not sent in time: no other node on {Name} acknowledges frames, or its transmit queue was full. " +
            $"Enlarge the queue with: ip link set {Name} txqueuelen 1000 ({IsoTpResult.N_TIMEOUT_A})."));
}
