using RxCan;

namespace BusMonitor;

/// <summary>A signal with its place on the bus.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Id">The identifier of its frames.</param>
/// <param name="Signal">Where in their data it is.</param>
/// <param name="Unit">Empty if it has none.</param>
internal sealed record PlottedSignal(string Name, CanId Id, CanSignal Signal, string Unit);
