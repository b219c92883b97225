namespace RxCan.Dbc;

/// <summary>The bit timing of the network (<c>BS_</c>), which today's files leave empty.</summary>
/// <param name="BitRate">The bit rate, as the file writes it: in kbit/s as a rule.</param>
/// <param name="Btr1">Bit timing register 1.</param>
/// <param name="Btr2">Bit timing register 2.</param>
public readonly record struct DbcBitTiming(long BitRate, long Btr1, long Btr2);
