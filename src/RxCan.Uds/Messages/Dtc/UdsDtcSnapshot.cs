namespace RxCan.Uds;

/// <summary>A snapshot (freeze frame): the data records that a control unit stored when a trouble code was set.</summary>
/// <param name="Dtc">The trouble code and its status.</param>
/// <param name="Number">The number of the snapshot record.</param>
/// <param name="Records">The identifiers of the data and their records.</param>
public sealed record UdsDtcSnapshot(UdsDtc Dtc, byte Number, UdsDataRecords Records);
