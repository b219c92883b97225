namespace RxCan;

/// <summary>Who does a protocol's work: segmentation, flow control and time-outs of ISO-TP, or the transport protocols of J1939.</summary>
public enum EngineKind
{
    /// <summary>The bus's own engine where it has one that can do what is asked; otherwise the portable one.</summary>
    Auto,

    /// <summary>RxCan's engine, which needs nothing but a bus.</summary>
    Portable,

    /// <summary>The Linux kernel's engine (<c>CAN_ISOTP</c>, <c>CAN_J1939</c>). Opening fails where the kernel cannot do what is asked.</summary>
    Kernel,
}
