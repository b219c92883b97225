namespace RxCan.Uds;

/// <summary>Something that happened to a server.</summary>
public abstract record UdsServerEvent
{
    private protected UdsServerEvent()
    {
    }
}

/// <summary>A request was served.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response, with its service identifier; empty if none was sent.</param>
public sealed record UdsRequestServed(UdsRequest Request, ReadOnlyMemory<byte> Response) : UdsServerEvent
{
    /// <summary>Request and response, for logs.</summary>
    public override string ToString() => $"{Request} -> {(Response.IsEmpty ? "no response" : ByteText.Shown(Response.Span))}";
}

/// <summary>The session changed, or began again.</summary>
/// <param name="Session">The session.</param>
/// <param name="HasTimedOut">Whether the one before ended because no request came within S3.</param>
public sealed record UdsSessionEntered(UdsSession Session, bool HasTimedOut) : UdsServerEvent;

/// <summary>A security level was unlocked, or locked.</summary>
/// <param name="Level">The level that is unlocked; 0 for none.</param>
public sealed record UdsSecurityChanged(int Level) : UdsServerEvent;

/// <summary>There were too many wrong keys.</summary>
/// <param name="Level">The level.</param>
/// <param name="Delay">How long no seed is given.</param>
public sealed record UdsSecurityLockedOut(int Level, TimeSpan Delay) : UdsServerEvent;

/// <summary>The server was reset; its response has been sent.</summary>
/// <param name="Reset">How.</param>
public sealed record UdsServerReset(UdsReset Reset) : UdsServerEvent;

/// <summary>A tester changed which messages the control unit may send and receive. When the session ends, all are enabled again.</summary>
/// <param name="Control">What is enabled.</param>
/// <param name="Type">For which messages and networks.</param>
/// <param name="Node">The node that it is about; null for this one.</param>
public sealed record UdsCommunicationChanged(UdsCommunicationControl Control, UdsCommunicationType Type, ushort? Node) : UdsServerEvent;

/// <summary>A tester changed whether the status of trouble codes is updated.</summary>
/// <param name="IsOn">Whether it is.</param>
public sealed record UdsDtcSettingChanged(bool IsOn) : UdsServerEvent;

/// <summary>A tester cleared trouble codes.</summary>
/// <param name="Group">The group.</param>
public sealed record UdsDtcsCleared(uint Group) : UdsServerEvent;

/// <summary>A transfer went on.</summary>
/// <param name="IsUpload">Whether the server sends it.</param>
/// <param name="Done">Bytes transferred.</param>
/// <param name="Total">Bytes to transfer.</param>
/// <param name="IsOver">Whether the tester has ended it.</param>
public sealed record UdsTransferChanged(bool IsUpload, long Done, long Total, bool IsOver) : UdsServerEvent;

/// <summary>A tester changed the bit rate with LinkControl; the response has been sent.</summary>
/// <param name="BitRate">The bit rate in bit/s.</param>
public sealed record UdsLinkChanged(int BitRate) : UdsServerEvent;

/// <summary>A handler threw, or gave a record of a wrong length. The tester got generalReject (10).</summary>
/// <param name="Request">The request.</param>
/// <param name="Error">What went wrong.</param>
public sealed record UdsHandlerFailed(UdsRequest Request, Exception Error) : UdsServerEvent;

/// <summary>A message could not be received or sent. The server goes on.</summary>
/// <param name="Error">What went wrong.</param>
public sealed record UdsTransportFailed(Exception Error) : UdsServerEvent;
