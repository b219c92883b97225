namespace RxCan.Uds;

/// <summary>How a server protects messages (SecuredDataTransmission).</summary>
/// <param name="open">The request inside a protected one, from its service identifier on; or a negative response, such as secureDataVerificationFailed (3A).</param>
/// <param name="seal">The protected response (the second argument, with its service identifier) to a protected request (the first).</param>
public sealed class UdsSecuredChannel(Func<UdsSecuredData, UdsReply> open, Func<UdsSecuredData, byte[], UdsSecuredData> seal)
{
    internal Func<UdsSecuredData, UdsReply> Open { get; } = open ?? throw new ArgumentNullException(nameof(open));

    internal Func<UdsSecuredData, byte[], UdsSecuredData> Seal { get; } = seal ?? throw new ArgumentNullException(nameof(seal));
}
