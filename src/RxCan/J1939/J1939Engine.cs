namespace RxCan.J1939;

/// <summary>Who does the work of a J1939 node: transport protocols and their time-outs.</summary>
public enum J1939Engine
{
    /// <summary>The bus's own engine where it has one that can do what is asked, else the portable one.</summary>
    Auto,

    /// <summary>RxCan's engine, which needs no more than a bus.</summary>
    Portable,

    /// <summary>The Linux kernel's (<c>CAN_J1939</c>); opening fails where it is not to be had.</summary>
    Kernel,
}
