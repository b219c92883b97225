namespace RxCan.Uds;

/// <summary>Groups of diagnostic trouble codes, for ClearDiagnosticInformation.</summary>
/// <remarks>Source: ISO 14229-1:2020, D.1.</remarks>
public static class UdsDtcGroup
{
    /// <summary>All emissions-related systems.</summary>
    public const uint Emissions = 0xFFFF33;

    /// <summary>The safety systems.</summary>
    public const uint Safety = 0xFFFFD0;

    /// <summary>All vehicle on-board diagnostics.</summary>
    public const uint Vobd = 0xFFFFFE;

    /// <summary>All groups.</summary>
    public const uint All = 0xFFFFFF;
}
