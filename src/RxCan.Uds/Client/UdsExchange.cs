namespace RxCan.Uds;

/// <summary>
/// One request and what comes back, as a state machine: messages and time in; what to do next, and when to ask again, out. The transport counts
/// P2 and P2*, because only it knows when a response begins, and reports silence.
/// </summary>
internal struct UdsExchange(ReadOnlyMemory<byte> request, UdsRequestOptions options)
{
    private bool _isPending;
    private int _repeated;
    private TimeSpan _pendingSince;

    /// <summary>What to do.</summary>
    public enum Step
    {
        /// <summary>Wait for the next message, silence, or <see cref="Due"/>.</summary>
        Wait,

        /// <summary>The message is the answer: deliver it and complete.</summary>
        Answer,

        /// <summary>Complete without a value.</summary>
        Complete,

        /// <summary>Send the request once more.</summary>
        Send,

        /// <summary>Fail with <see cref="Error"/>.</summary>
        Fail,
    }

    /// <summary>When to call <see cref="OnTime"/>; null for never.</summary>
    public TimeSpan? Due { get; private set; }

    public Exception? Error { get; private set; }

    /// <summary>Whether it waits to be sent again.</summary>
    public bool IsRepeating { get; private set; }

    /// <summary>A message has come.</summary>
    public Step OnMessage(ReadOnlySpan<byte> message, TimeSpan now)
    {
        if (IsRepeating || !UdsProtocol.Answers(request.Span, message))
            return Step.Wait;
        if (!UdsProtocol.IsNegative(message, out var service, out var code))
            return Step.Answer;
        switch (code)
        {
            case UdsNegativeResponseCode.ResponsePending:
                if (!_isPending)
                {
                    _isPending = true;
                    _pendingSince = now;
                    Due = options.PendingLimit is { } limit && limit < TimeSpan.MaxValue - now ? now + limit : null;
                }

                return OnTime(now);
            case UdsNegativeResponseCode.BusyRepeatRequest when _repeated < options.BusyRetries:
                _repeated++;
                _isPending = false;
                IsRepeating = true;
                Due = now + options.BusyDelay;
                return Step.Wait;
            default:
                return Fail(new UdsNegativeResponseException(service, code));
        }
    }

    /// <summary>P2 is over, or P2* after response pending, which promises a response even where a positive one is suppressed (8.7 of part 2).</summary>
    public Step OnSilence(TimeoutException silence) =>
        UdsProtocol.IsSuppressed(request.Span) && !_isPending ? Step.Complete : Fail(silence);

    /// <summary>The time has passed.</summary>
    public Step OnTime(TimeSpan now)
    {
        if (Due is not { } due || now < due)
            return Step.Wait;
        Due = null;
        if (!IsRepeating)
        {
            return Fail(new TimeoutException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"The control unit answered response pending for {(now - _pendingSince).TotalMilliseconds} ms ({nameof(UdsRequestOptions.PendingLimit)}).")));
        }

        IsRepeating = false;
        return Step.Send;
    }

    private Step Fail(Exception error)
    {
        Error = error;
        return Step.Fail;
    }
}
