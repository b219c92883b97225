using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>Which identifiers of a service a control unit supports.</summary>
/// <param name="Ecu">The control unit.</param>
/// <param name="Identifiers">The identifiers, in ascending order, without those that tell what is supported.</param>
public sealed record ObdSupport(IsoTpAddress Ecu, IReadOnlyList<byte> Identifiers)
{
    /// <summary>The control unit and the identifiers.</summary>
    public override string ToString() => $"{Ecu}: {string.Join(' ', Identifiers.Select(id => $"{id:X2}"))}";
}
