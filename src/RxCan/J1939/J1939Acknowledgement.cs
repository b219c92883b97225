namespace RxCan.J1939;

/// <summary>The control byte of an acknowledgement message (SAE J1939-21, PGN <c>0E800</c>).</summary>
public enum J1939Acknowledgement
{
    /// <summary>The request was carried out.</summary>
    Positive = 0,

    /// <summary>The parameter group is not supported.</summary>
    Negative = 1,

    /// <summary>It is supported, but not for this node or not now, for security reasons.</summary>
    AccessDenied = 2,

    /// <summary>It is supported, but the node is busy: ask again later.</summary>
    CannotRespond = 3,
}
