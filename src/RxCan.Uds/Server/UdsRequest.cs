namespace RxCan.Uds;

/// <summary>A request to a server, as its handlers see it.</summary>
public sealed record UdsRequest
{
    internal UdsRequest(byte[] message, bool isFunctional, UdsSession session, int level)
    {
        Message = message;
        IsFunctional = isFunctional;
        Session = session;
        Level = level;
    }

    /// <summary>The service.</summary>
    public UdsService Service => (UdsService)Message.Span[0];

    /// <summary>The whole request, with the service identifier.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>
    /// What the handler is to work with: the record to write, the options of the routine, the state and mask of the input or output; otherwise
    /// what follows the service identifier.
    /// </summary>
    public ReadOnlyMemory<byte> Data { get => field.IsEmpty && !HasData ? Message[1..] : field; internal init => (field, HasData) = (value, true); }

    /// <summary>Whether it was sent to a group of control units.</summary>
    public bool IsFunctional { get; }

    /// <summary>The session in which it came.</summary>
    public UdsSession Session { get; }

    /// <summary>The security level that is unlocked; 0 for none.</summary>
    public int Level { get; }

    /// <summary>What to do with an input or output, in handlers of <see cref="UdsDataItem.Control"/>.</summary>
    public UdsIOControl Control { get; internal init; }

    private bool HasData { get; init; }

    /// <summary>The bytes, for logs.</summary>
    public override string ToString() => ByteText.Shown(Message.Span);
}
