using LossyBus;

namespace RxCan.Tests.J1939;

/// <summary>The contract on the in-process bus.</summary>
[Trait("Length", "Long")]
public sealed class VirtualJ1939Tests() : J1939Contract(new VirtualJ1939Bench());

/// <summary>The contract on a bus that another assembly made, whose frames are late.</summary>
[Trait("Length", "Long")]
public sealed class LossyJ1939Tests() : J1939Contract(new VirtualJ1939Bench(
    wire => new LossyCanBus(wire.Connect, new() { Seed = 3, MaxDelay = TimeSpan.FromMicroseconds(100) })));
