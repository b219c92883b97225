namespace RxCan.Links;

/// <summary>
/// What went through an interface since it exists. Source: <c>struct rtnl_link_stats64</c> of linux/if_link.h, of which CAN drivers fill these.
/// </summary>
/// <param name="ReceivedFrames">Frames received, error frames among them with most drivers.</param>
/// <param name="ReceivedBytes">Their data bytes.</param>
/// <param name="ReceiveErrors">Receive errors.</param>
/// <param name="ReceiveDropped">Frames received and dropped for want of room.</param>
/// <param name="ReceiveOverruns">Frames that the controller lost because nobody fetched them in time.</param>
/// <param name="SentFrames">Frames sent.</param>
/// <param name="SentBytes">Their data bytes.</param>
/// <param name="SendErrors">Send errors.</param>
/// <param name="SendDropped">Frames not sent because the link was down or they were none.</param>
public readonly record struct CanLinkStatistics(
    long ReceivedFrames,
    long ReceivedBytes,
    long ReceiveErrors,
    long ReceiveDropped,
    long ReceiveOverruns,
    long SentFrames,
    long SentBytes,
    long SendErrors,
    long SendDropped);
