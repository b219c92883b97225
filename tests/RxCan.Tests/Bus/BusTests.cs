namespace RxCan.Tests.Bus;

[Trait("Length", "Long")]
public sealed class VirtualBusTests() : BusContract(new VirtualTestBus(new()));

/// <summary>With a queue that can hold everything a test sends in one go.</summary>
[Trait("Length", "Long")]
public sealed class TimedBusTests() : BusContract(new VirtualTestBus(new(bitrate: 1_000_000, dataBitrate: 8_000_000, transmitQueueLength: 20_000)));

public sealed class VcanBusTests() : BusContract(new VcanTestBus());
