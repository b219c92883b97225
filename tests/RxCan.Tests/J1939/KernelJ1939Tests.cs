using RxCan.J1939;
using RxCan.Tests.Bus;

namespace RxCan.Tests.J1939;

/// <summary>The contract on a kernel's interface, with the kernel's engine at both ends.</summary>
public sealed class KernelJ1939Tests(SharedVcan vcan)
    : J1939Contract(new VcanJ1939Bench(vcan) { FirstEngine = EngineKind.Kernel, SecondEngine = EngineKind.Kernel }), IClassFixture<SharedVcan>;

/// <summary>The contract on a kernel's interface, with the portable engine at one end and the kernel's at the other.</summary>
public sealed class MixedJ1939Tests(SharedVcan vcan)
    : J1939Contract(new VcanJ1939Bench(vcan) { FirstEngine = EngineKind.Portable, SecondEngine = EngineKind.Kernel }), IClassFixture<SharedVcan>;
