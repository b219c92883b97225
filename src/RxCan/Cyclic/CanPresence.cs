using System.Globalization;
using System.Text;

namespace RxCan;

/// <summary>An identifier fell silent, or is heard again.</summary>
/// <param name="Id">The identifier.</param>
/// <param name="IsPresent">Whether its frames resumed; otherwise they stopped (<c>RX_TIMEOUT</c>).</param>
/// <param name="Timestamp">When that was noticed, in UTC: the end of the time-out, or the first frame after the silence.</param>
public readonly record struct CanPresence(CanId Id, bool IsPresent, DateTimeOffset Timestamp)
{
    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Id = {Id}, IsPresent = {IsPresent}, Timestamp = {Timestamp:O}");
        return true;
    }
}
