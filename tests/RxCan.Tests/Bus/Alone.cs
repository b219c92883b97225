namespace RxCan.Tests.Bus;

/// <summary>The tests that run one after the other, and no other with them: they count what the process has open, or measure times.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
