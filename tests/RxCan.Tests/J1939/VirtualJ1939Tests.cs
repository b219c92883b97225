namespace RxCan.Tests.J1939;

/// <summary>The contract on the in-process bus.</summary>
public sealed class VirtualJ1939Tests() : J1939Contract(new VirtualJ1939Bench());
