using System.Globalization;
using System.Text;

namespace RxCan.IsoTp;

/// <summary>How far a transfer is.</summary>
/// <param name="IsSending">Whether it is sent or received.</param>
/// <param name="Done">Bytes of the payload that were sent or received.</param>
/// <param name="Total">Bytes of the payload.</param>
public readonly record struct IsoTpProgress(bool IsSending, int Done, int Total)
{
    /// <summary>The part that is done, 0 to 1.</summary>
    public double Fraction => (double)Done / Total;

    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"IsSending = {IsSending}, Done = {Done}, Total = {Total}, Fraction = {Fraction}");
        return true;
    }
}
