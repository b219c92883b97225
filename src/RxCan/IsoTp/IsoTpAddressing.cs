namespace RxCan.IsoTp;

/// <summary>How an ISO-TP message is addressed (ISO 15765-2, address formats).</summary>
public enum IsoTpAddressing
{
    /// <summary>Only by the arbitration identifier, of 11 or 29 bits.</summary>
    Normal,

    /// <summary>By the target and source address in a 29-bit identifier: <c>18DA</c> physical, <c>18DB</c> functional.</summary>
    NormalFixed,

    /// <summary>By the identifier and the target address in the first data byte.</summary>
    Extended,

    /// <summary>By the identifier and an address extension in the first data byte: any 11 bits, or 29-bit <c>18CE</c> and <c>18CD</c>.</summary>
    Mixed,
}
