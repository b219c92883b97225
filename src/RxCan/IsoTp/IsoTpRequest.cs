using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>One subscription to a request.</summary>
internal sealed class IsoTpRequest(IsoTpSession session, ReadOnlyMemory<byte> payload, IsoTpRequestOptions options, IObserver<IsoTpMessage> observer)
    : Subscription<IsoTpMessage>(observer)
{
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public IsoTpRequestOptions Options { get; } = options;

    /// <summary>The message, once its turn has come.</summary>
    public IsoTpTransfer? Transfer { get; set; }

    /// <summary>Whether the last of it is about to be sent, so that any reception that begins now may answer it.</summary>
    public bool IsAnswerable { get; set; }

    /// <summary>Whether it was sent and the time-out for its responses is running.</summary>
    public bool IsSent { get; set; }

    /// <summary>The responders whose responses are being received.</summary>
    public int Answering { get; set; }

    /// <summary>The responders whose last response was not final.</summary>
    public HashSet<int>? Pending { get; set; }

    /// <summary>Whether a response that was not final was received.</summary>
    public bool IsExtended { get; set; }

    /// <summary>Whether the window of <see cref="IsoTpRequestOptions.Gather"/> is over.</summary>
    public bool IsWindowOver { get; set; }

    protected override void Cancel() => session.Cancel(this);
}
