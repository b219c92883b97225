namespace RxCan.Uds;

/// <summary>How far a transfer is.</summary>
/// <param name="Done">The bytes transferred.</param>
/// <param name="Total">The bytes in all.</param>
/// <param name="Data">The data uploaded so far; empty for a download.</param>
public readonly record struct UdsTransferProgress(long Done, long Total, ReadOnlyMemory<byte> Data = default)
{
    /// <summary>How much is done, 0 to 1.</summary>
    public double Fraction => Total == 0 ? 1 : (double)Done / Total;
}
