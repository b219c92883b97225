using LossyBus;

namespace RxCan.Tests.IsoTp;

/// <summary>The contract on the in-process bus.</summary>
[Trait("Length", "Long")]
public sealed class VirtualIsoTpSessionTests() : IsoTpSessionContract(new VirtualIsoTpBench());

/// <summary>The contract on an in-process bus with a bit rate and short transmit queues.</summary>
[Trait("Length", "Long")]
public sealed class TimedIsoTpSessionTests() :
    IsoTpSessionContract(new VirtualIsoTpBench(time => new(bitrate: 500_000, dataBitrate: 2_000_000, scheduler: time)));

/// <summary>The contract on a bus that another assembly made, whose frames are late.</summary>
[Trait("Length", "Long")]
public sealed class LossyIsoTpSessionTests() : IsoTpSessionContract(new VirtualIsoTpBench(
    time => new(time),
    wire => new LossyCanBus(wire.Connect, new() { Seed = 2, MaxDelay = TimeSpan.FromMicroseconds(100) })));
