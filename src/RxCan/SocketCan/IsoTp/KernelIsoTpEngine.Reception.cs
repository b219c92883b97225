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
    private const int SequenceNumbers = 16;

    private uint _receiving; // the length of the message under way; 0 for none
    private bool _isRefused; // it is too long, which was reported
    private int _frameLength; // of its first frame
    private bool _isSuspect; // it had a short consecutive frame, which stops the kernel's timer, unless it is the last
    private bool _isLost; // the kernel has given it up, without an error
    private bool _isShown; // all its consecutive frames are

    /// <summary>Reads both sockets to their end.</summary>
    /// <param name="hasMessage">Whether a message is waiting. Then what came before it is read after it, with what came in between.</param>
    private void Drain(bool hasMessage)
    {
        Span<IsoTpSocket.Received> messages = stackalloc IsoTpSocket.Received[IsoTpSocket.MaxReceived];
        while (_socket is not null)
        {
            if (!hasMessage)
                _control!.Receive(_sessions.Loop.Frames);
            var count = _socket.Receive(_sessions.Messages, messages, out var errno);
            if (hasMessage || count > 0)
                _control!.Receive(_sessions.Loop.Frames); // the frame that began it may only just have come
            for (var i = 0; i < count && _socket is not null; i++)
            {
                var timestamp = new DateTimeOffset(messages[i].UtcTicks, TimeSpan.Zero);
                TakeControl(timestamp);
                if (_socket is not null)
                    OnMessage(_sessions.Messages.AsSpan(i * KernelIsoTp.MaxLength, messages[i].Length), timestamp);
            }

            if (count > 0 && count < messages.Length && _control!.IsEmpty)
                break;
            var isInVain = hasMessage && errno == Errno.EAGAIN;
            hasMessage = count == messages.Length;
            if (count > 0 || isInVain)
                continue; // the rest of what the control socket had may belong to a message that has come since

            // Everything that came before this point belongs to messages that have already been read.
            TakeControl(DateTimeOffset.MaxValue);
            if (errno == Errno.EAGAIN)
            {
                WatchSuspect();
                break;
            }

            OnError(errno);
        }

        _drained = _sessions.Loop.Round;
    }

    private void OnMessage(ReadOnlySpan<byte> payload, DateTimeOffset timestamp)
    {
        var isOther = _receiving != 0 && _receiving != payload.Length;
        var isRefused = _isRefused && !isOther;
        if (isOther)
            Replaced();
        EndReception();
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
        EndReception();
        if (!wasRefused)
            Fail(errno == Errno.EILSEQ ? IsoTpResult.N_WRONG_SN : IsoTpResult.N_TIMEOUT_CR);
    }

    private void Fail(IsoTpResult result) => _sink.Failed(0, IsoTpFailure.Of(result, _address, _options));

    /// <summary>Records the frames shown that came until a time.</summary>
    private void TakeControl(DateTimeOffset until)
    {
        while (_socket is not null && _control!.TryTake(until, out var frame))
        {
            if (!_format.IsFor(frame))
                continue;
            var content = frame.Data[_format.RxStart..];
            switch (content.IsEmpty ? IsoTpFormat.SingleFrame : content[0] & 0xF0)
            {
                case IsoTpFormat.SingleFrame:
                    OnSingleFrame(content, frame.Length);
                    break;
                case IsoTpFormat.FirstFrame:
                    OnFirstFrame(content, frame.Length);
                    break;
                case IsoTpFormat.ConsecutiveFrame:
                    OnConsecutiveFrame(frame.Length);
                    break;
                case IsoTpFormat.FlowControl when _sending == Sending.Begun && !IsSingle && content.Length >= IsoTpFormat.FlowControlLength:
                    OnFlowControl(content);
                    break;
            }
        }
    }

    // In the following, the conditions are the kernel's.
    private void OnSingleFrame(ReadOnlySpan<byte> content, int frameLength)
    {
        var length = content.IsEmpty ? 0 : content[0];
        if (frameLength > CanFrame.MaxLength)
        {
            if (length != 0)
                return;
            content = content[1..];
            length = content[0];
        }

        if (length == 0 || length >= content.Length)
            Lose();
    }

    private void OnFirstFrame(ReadOnlySpan<byte> content, int frameLength)
    {
        if (frameLength < CanFrame.MaxLength || CanFrame.FdLength(frameLength) != frameLength)
        {
            Lose();
            return;
        }

        var length = (uint)BinaryPrimitives.ReadUInt16BigEndian(content) & IsoTpFormat.MaxShortLength;
        var header = ShortFirstHeader;
        if (length == 0)
        {
            length = BinaryPrimitives.ReadUInt32BigEndian(content[ShortFirstHeader..]);
            header = LongFirstHeader;
        }

        if ((ulong)length + (uint)(_format.RxStart + header + (frameLength > CanFrame.MaxLength ? 1 : 0)) < (uint)frameLength)
        {
            Lose();
            return;
        }

        if (_receiving != 0 && !_isRefused)
            Replaced();
        EndReception();
        if (length > _options.MaxLength)
            Fail(IsoTpResult.N_BUFFER_OVFLW);
        else
            _sink.Started(0, (int)length);
        if (length > KernelIsoTp.MaxLength)
            return;
        (_receiving, _frameLength, _isRefused) = (length, frameLength, length > _options.MaxLength);
        Guard();
    }

    private void OnConsecutiveFrame(int frameLength)
    {
        if (_receiving == 0 || _isLost)
            return;
        if (frameLength == _frameLength)
            Guard();
        else
            _isSuspect = !_isShown;
    }

    private void WatchSuspect()
    {
        if (!_isSuspect)
            return;
        _isSuspect = false;
        Show(all: true);
        Guard();
    }

    /// <summary>Notes that the kernel ignored a frame, and with it the rest of the message under way.</summary>
    private void Lose()
    {
        if (_receiving == 0 || _isLost)
            return;
        _isLost = true;
        Guard();
    }

    /// <summary>Waits for the next frame, or for the next one shown.</summary>
    private void Guard()
    {
        var wait = _options.ListenOnly ? _options.NBs + _options.NCr
            : _isLost || _isShown || _frameLength < _control!.Longest ? _options.NCr
            : SequenceNumbers * _options.NCr;
        _guard.Set(DueTime.After(_guard.Now, wait));
    }

    /// <summary>Ends the message under way: the kernel's own timer for the next frame does not run in all cases.</summary>
    private void OnGuard()
    {
        lock (_gate)
        {
            if (_socket is null || !_guard.IsElapsed())
                return;
            if (IsoTpSocket.IsEmpty(_socket.File) && IsoTpSocket.IsEmpty(_control!.File))
                FailToReceive(Errno.ETIMEDOUT);
            else
                Guard(); // the reading thread is late
        }

        _sink.Flush();
    }

    private void Show(bool all)
    {
        try
        {
            _control!.Show(all);
            _isShown = all;
        }
        catch (CanBusException e)
        {
            NoteEnd(e);
        }
    }

    private void EndReception()
    {
        (_receiving, _isRefused, _isLost, _isSuspect) = (0, false, false, false);
        _guard.Set(null);
        if (_isShown && !_options.ListenOnly)
            Show(all: false);
    }

    private void OnFlowControl(ReadOnlySpan<byte> content)
    {
        if (_isOneBlock)
            return;
        if (_blockSize < 0 || _options.DynamicFlowControl)
            _blockSize = content[1];
        switch (content[0] & 0xF)
        {
            case 0:
                _waits = 0;
                _isOneBlock = _blockSize == 0;
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

    private void Replaced() => Fail(IsoTpResult.N_UNEXP_PDU);

    private void GiveUpReception()
    {
        if (_receiving == 0)
            return;
        EndReception();
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
