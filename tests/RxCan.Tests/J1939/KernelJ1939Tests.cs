namespace RxCan.Tests.J1939;

/// <summary>The contract on a kernel's interface, with the kernel's engine at both ends.</summary>
public sealed class KernelJ1939Tests()
    : J1939Contract(new VcanJ1939Bench { FirstEngine = J1939Engine.Kernel, SecondEngine = J1939Engine.Kernel });

/// <summary>The contract on a kernel's interface, with the kernel's engine at one end and the portable one at the other.</summary>
public sealed class MixedJ1939Tests()
    : J1939Contract(new VcanJ1939Bench { FirstEngine = J1939Engine.Portable, SecondEngine = J1939Engine.Kernel });
