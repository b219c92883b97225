using System.Runtime.CompilerServices;

namespace RxCan.Uds;

/// <summary>Checks of times.</summary>
internal static class ServerTime
{
    public static TimeSpan NotNegative(TimeSpan value, [CallerMemberName] string? name = null) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "The time cannot be negative.");

    public static TimeSpan Positive(TimeSpan value, [CallerMemberName] string? name = null) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "The time must be longer than zero.");
}
