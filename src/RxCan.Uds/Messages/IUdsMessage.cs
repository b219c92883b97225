using System.Diagnostics.CodeAnalysis;

namespace RxCan.Uds;

/// <summary>A request or a positive response of one service, and its bytes.</summary>
internal interface IUdsMessage<TSelf>
    where TSelf : IUdsMessage<TSelf>
{
    /// <summary>The whole message, with the service identifier; positive responses are not suppressed.</summary>
    byte[] ToBytes();

    /// <summary>Reads a whole message; false if it is not one of this service, or is too short, too long or inconsistent. It never throws.</summary>
    static abstract bool TryRead(ReadOnlySpan<byte> message, [MaybeNullWhen(false)] out TSelf value);
}
