using System.Globalization;
using System.Text;

namespace RxCan.IsoTp;

/// <summary>The progress of a transfer.</summary>
/// <param name="IsSending">True if this end sends, false if it receives.</param>
/// <param name="Done">Bytes of the payload sent or received so far.</param>
/// <param name="Total">Bytes of the payload.</param>
public readonly record struct IsoTpProgress(bool IsSending, int Done, int Total)
{
    /// <summary>The part that is done, 0 to 1.</summary>
    public double Fraction => (double)Done / Total;

    // Formats the same in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"IsSending = {IsSending}, Done = {Done}, Total = {Total}, Fraction = {Fraction}");
        return true;
    }
}
