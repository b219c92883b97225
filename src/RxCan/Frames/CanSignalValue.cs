using System.Globalization;

namespace RxCan;

/// <summary>The value of a signal, with the frame that it came in.</summary>
/// <param name="Value">The value, in the signal's unit.</param>
/// <param name="Frame">The frame.</param>
public readonly record struct CanSignalValue(double Value, CanFrame Frame)
{
    /// <summary>When the frame was received, see <see cref="CanFrame.Timestamp"/>.</summary>
    public DateTimeOffset Timestamp => Frame.Timestamp;

    /// <summary>The frame's identifier.</summary>
    public CanId Id => Frame.Id;

    /// <summary>The value and the frame, such as <c>12.5 in 123#DEADBEEF</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} in {Frame}");
}
