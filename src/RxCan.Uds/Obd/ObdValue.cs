using System.Globalization;

namespace RxCan.Uds;

/// <summary>One value of a parameter identifier (PID) of OBD-II.</summary>
/// <param name="Pid">The parameter identifier.</param>
/// <param name="Name">What it is.</param>
/// <param name="Value">The value; of a bit map or a list of choices, its number.</param>
/// <param name="Unit">The unit; empty for none.</param>
/// <param name="Text">The name of a choice; null for other values.</param>
public readonly record struct ObdValue(byte Pid, string Name, double Value, string Unit, string? Text = null)
{
    /// <summary>The name, the value and its unit, such as <c>Engine speed: 1726 rpm</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name}: {Text ?? $"{Value.ToString(CultureInfo.InvariantCulture)}{(Unit.Length == 0 ? "" : " ")}{Unit}"}");
}
