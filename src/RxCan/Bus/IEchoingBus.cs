namespace RxCan.Bus;

/// <summary>A bus that can tell when its frames have been on the wire.</summary>
internal interface IEchoingBus
{
    /// <summary>A bus that receives this bus's frames at the end of their transmission; null if nothing does. It is disposed with this bus.</summary>
    ICanBus? Echoes { get; }
}
