namespace RxCan.Tests.Bus;

/// <summary>
/// An interface that the tests of a class share, made when the first of them asks for it: the kernel takes its time to remove one that
/// J1939 was on.
/// </summary>
public sealed class SharedVcan : IDisposable
{
    private VcanTestBus? _interface;

    /// <summary>The test is skipped where there can be none.</summary>
    public VcanTestBus Interface => _interface ??= new();

    public string Name => Interface.Name;

    public void Dispose() => _interface?.Dispose();
}
