namespace RxCan.Tests.IsoTp;

/// <summary>The contract on the in-process bus.</summary>
public sealed class VirtualIsoTpSessionTests() : IsoTpSessionContract(new VirtualIsoTpBench());

/// <summary>The contract on an in-process bus with a bit rate and short transmit queues.</summary>
public sealed class TimedIsoTpSessionTests() :
    IsoTpSessionContract(new VirtualIsoTpBench(time => new(bitrate: 500_000, dataBitrate: 2_000_000, scheduler: time)));
