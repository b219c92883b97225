namespace RxCan.J1939;

/// <summary>The control byte of an acknowledgement message (SAE J1939-21, PGN <c>0E800</c>).</summary>
public enum J1939Acknowledgement
{
    /// <summary>It was done.</summary>
    Positive = 0,

    /// <summary>The parameter group is not supported.</summary>
    Negative = 1,

    /// <summary>It is supported, and not for this one or not now for reasons of security.</summary>
    AccessDenied = 2,

    /// <summary>It is supported, and the node is busy: ask again later.</summary>
    CannotRespond = 3,
}
