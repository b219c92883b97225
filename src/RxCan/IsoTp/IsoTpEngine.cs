namespace RxCan.IsoTp;

/// <summary>Who does the work of an ISO-TP session: segmentation, flow control and time-outs.</summary>
public enum IsoTpEngine
{
    /// <summary>The bus's own engine where it has one that can do what is asked, else the portable one.</summary>
    Auto,

    /// <summary>RxCan's engine, which needs no more than a bus.</summary>
    Portable,

    /// <summary>The Linux kernel's (<c>CAN_ISOTP</c>); opening fails where it is not to be had.</summary>
    Kernel,
}
