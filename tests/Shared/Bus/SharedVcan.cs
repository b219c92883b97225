namespace RxCan.Tests.Bus;

/// <summary>
/// An interface that the tests of a class share, created when the first of them needs it: the kernel is slow to remove one that
/// was used with J1939.
/// </summary>
public sealed class SharedVcan : IDisposable
{
    private VcanTestBus? _interface;

    /// <summary>The test is skipped where none can be created.</summary>
    public VcanTestBus Interface => _interface ??= new() { IsForJ1939 = true };

    public string Name => Interface.Name;

    public void Dispose() => _interface?.Dispose();
}
