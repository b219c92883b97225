namespace RxCan.Uds;

/// <summary>An extended data record of a trouble code, such as its counters.</summary>
/// <param name="Dtc">The trouble code and its status.</param>
/// <param name="Number">The number of the record.</param>
/// <param name="Data">The record.</param>
public sealed record UdsDtcExtendedData(UdsDtc Dtc, byte Number, ReadOnlyMemory<byte> Data);
