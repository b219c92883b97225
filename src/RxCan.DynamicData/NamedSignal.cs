namespace RxCan;

/// <summary>A signal of an identifier by its name, as a CAN database (DBC) lists it.</summary>
/// <param name="Name">What the display calls it; unique within a table, such as <c>EEC1.EngineSpeed</c>.</param>
/// <param name="Id">The identifier whose data frames hold it.</param>
/// <param name="Signal">Where in the data it is.</param>
/// <param name="Unit">The unit of its value, such as <c>rpm</c>; empty for none.</param>
public sealed record NamedSignal(string Name, CanId Id, CanSignal Signal, string Unit = "");
