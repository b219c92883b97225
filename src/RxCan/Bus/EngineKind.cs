namespace RxCan;

/// <summary>Which engine runs a protocol: segmentation, flow control and time-outs of ISO-TP, or the transport protocols of J1939.</summary>
public enum EngineKind
{
    /// <summary>The bus's own engine if it has one that supports the options; otherwise the portable one.</summary>
    Auto,

    /// <summary>RxCan's engine, which needs only a bus.</summary>
    Portable,

    /// <summary>The Linux kernel's engine (<c>CAN_ISOTP</c>, <c>CAN_J1939</c>). Opening fails if the kernel does not support the options.</summary>
    Kernel,
}
