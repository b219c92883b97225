using RxCan.IsoTp;
using RxCan.Tests.Bus;

namespace RxCan.Tests.IsoTp;

/// <summary>The contract on a real kernel, with its own engine.</summary>
public sealed class KernelIsoTpSessionTests(SharedVcan vcan)
    : IsoTpSessionContract(new VcanIsoTpBench(vcan, EngineKind.Kernel)), IClassFixture<SharedVcan>;

/// <summary>The contract on a real kernel, with the portable engine.</summary>
public sealed class VcanIsoTpSessionTests(SharedVcan vcan)
    : IsoTpSessionContract(new VcanIsoTpBench(vcan, EngineKind.Portable)), IClassFixture<SharedVcan>;
