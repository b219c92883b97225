namespace RxCan.Tests.Bus;

/// <summary>Tests that do not run in parallel with any others: they count what the process has open, or measure times.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
