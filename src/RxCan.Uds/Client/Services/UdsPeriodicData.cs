namespace RxCan.Uds;

/// <summary>A record that a control unit has sent by itself, see <see cref="UdsServices.ReadPeriodic"/>.</summary>
/// <param name="Identifier">The low byte of the identifier F200 to F2FF.</param>
/// <param name="Record">The record.</param>
public readonly record struct UdsPeriodicData(byte Identifier, ReadOnlyMemory<byte> Record);
