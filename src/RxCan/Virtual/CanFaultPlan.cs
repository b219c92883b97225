using System.Globalization;
using System.Text;

namespace RxCan;

/// <summary>
/// What goes wrong on an in-process bus (<see cref="VirtualCanBus.Faults"/>): frames are lost, destroyed, doubled and delayed at random. The same
/// seed does the same to the same frames.
/// </summary>
/// <remarks>Error frames that a node sends are messages, and nothing happens to them. What a controller receives of its own frames is not lost or late.</remarks>
public sealed record CanFaultPlan
{
    /// <summary>A perfect wire.</summary>
    public static CanFaultPlan None { get; } = new();

    /// <summary>The seed of the random numbers; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>The fraction of frames that no other node receives, although their sender knows nothing of it: 0, the default, to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 0 to 1.</exception>
    public double Loss { get; init => field = Fraction(value, nameof(Loss)); }

    /// <summary>
    /// The fraction of transmissions that a bit error destroys: 0, the default, to 1. All nodes get an error frame, and the sender tries again
    /// (ISO 11898-1:2015, clause 10.9); that takes time on a bus with a bit rate, and with 1 no frame ever passes there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 0 to 1.</exception>
    public double Errors { get; init => field = Fraction(value, nameof(Errors)); }

    /// <summary>
    /// The fraction of frames that are received twice: 0, the default, to 1. It happens on a real bus if only the sender sees an error in the last
    /// bit of the end of frame, and sends again what all the others have accepted.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 0 to 1.</exception>
    public double Duplicates { get; init => field = Fraction(value, nameof(Duplicates)); }

    /// <summary>
    /// The longest time by which a frame arrives late, as if it came over a gateway; zero by default. Each is late by a random part of it, and frames
    /// keep their order. A late frame's timestamp is that of its arrival.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan MaxDelay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    }

    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(
            CultureInfo.InvariantCulture, $"Seed = {Seed}, Loss = {Loss}, Errors = {Errors}, Duplicates = {Duplicates}, MaxDelay = {MaxDelay}");
        return true;
    }

    private static double Fraction(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is a fraction: it must be 0 to 1.");
}
