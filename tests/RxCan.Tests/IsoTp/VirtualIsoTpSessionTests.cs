namespace RxCan.Tests.IsoTp;

/// <summary>The contract on the in-process bus.</summary>
public sealed class VirtualIsoTpSessionTests() : IsoTpSessionContract(new VirtualIsoTpBench());
