namespace RxCan;

/// <summary>What <see cref="CanObservable.RestartOnBusOff"/> did.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Timestamp">When, by the scheduler.</param>
/// <param name="Attempt">Which attempt it was, from 1; the controller was on the bus for a while before the first.</param>
/// <param name="Delay">How long it waited before.</param>
/// <param name="Error">Why the controller could not be restarted; null if it was.</param>
public sealed record CanRestart(string Interface, DateTimeOffset Timestamp, int Attempt, TimeSpan Delay, Exception? Error = null);
