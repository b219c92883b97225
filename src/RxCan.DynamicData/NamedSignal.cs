namespace RxCan;

/// <summary>A named signal of an identifier, as in a CAN database (DBC).</summary>
/// <param name="Name">Its name on the display, unique within a table, such as <c>EEC1.EngineSpeed</c>.</param>
/// <param name="Id">The identifier whose data frames hold it.</param>
/// <param name="Signal">Where in the data it is.</param>
/// <param name="Unit">The unit of its value, such as <c>rpm</c>; empty for none.</param>
public sealed record NamedSignal(string Name, CanId Id, CanSignal Signal, string Unit = "");
