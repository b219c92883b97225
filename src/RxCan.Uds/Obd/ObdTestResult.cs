using System.Globalization;

namespace RxCan.Uds;

/// <summary>A result of on-board monitoring (service 06): a value and its limits.</summary>
/// <param name="Monitor">The monitor (OBDMID).</param>
/// <param name="Test">The test (TID).</param>
/// <param name="Scaling">How the numbers are scaled (unit and scaling identifier).</param>
/// <param name="Value">The value.</param>
/// <param name="Min">The lowest value that passes.</param>
/// <param name="Max">The highest value that passes.</param>
/// <param name="Unit">The unit; empty for none.</param>
/// <remarks>Source: SAE J1979-DA.</remarks>
public readonly record struct ObdTestResult(byte Monitor, byte Test, byte Scaling, double Value, double Min, double Max, string Unit)
{
    /// <summary>Whether the value is within its limits.</summary>
    public bool IsPassed => Value >= Min && Value <= Max;

    /// <summary>The monitor, the test, the value and its limits.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Monitor:X2}/{Test:X2}: {Value}{(Unit.Length == 0 ? "" : " ")}{Unit} ({Min} to {Max})");
}
