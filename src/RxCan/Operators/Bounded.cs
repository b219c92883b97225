using System.Globalization;
using System.Text;

namespace RxCan;

/// <summary>An item that passed through a bounded buffer.</summary>
/// <typeparam name="T">The type of the source's items.</typeparam>
/// <param name="Value">The item.</param>
/// <param name="Dropped">The number of items dropped between the previous item and this one.</param>
public readonly record struct Bounded<T>(T Value, long Dropped)
{
    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Value = {Value}, Dropped = {Dropped}");
        return true;
    }
}
