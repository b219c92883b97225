namespace RxCan.Links;

/// <summary>
/// What has passed through an interface since it was created, 0 or more each. Source: the fields of <c>struct rtnl_link_stats64</c> of
/// linux/if_link.h that CAN drivers fill in.
/// </summary>
public readonly record struct CanLinkStatistics
{
    /// <summary>The number of frames received, including error frames with most drivers (<c>rx_packets</c>).</summary>
    public long ReceivedFrames { get; init; }

    /// <summary>The data bytes of the frames received (<c>rx_bytes</c>).</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>The number of receive errors (<c>rx_errors</c>).</summary>
    public long ReceiveErrors { get; init; }

    /// <summary>The number of received frames dropped for lack of room (<c>rx_dropped</c>).</summary>
    public long ReceiveDropped { get; init; }

    /// <summary>The number of frames that the controller lost because they were not read in time (<c>rx_over_errors</c>).</summary>
    public long ReceiveOverruns { get; init; }

    /// <summary>The number of frames sent (<c>tx_packets</c>).</summary>
    public long SentFrames { get; init; }

    /// <summary>The data bytes of the frames sent (<c>tx_bytes</c>).</summary>
    public long SentBytes { get; init; }

    /// <summary>The number of send errors (<c>tx_errors</c>).</summary>
    public long SendErrors { get; init; }

    /// <summary>The number of frames not sent because the link was down or they were not CAN frames (<c>tx_dropped</c>).</summary>
    public long SendDropped { get; init; }
}
