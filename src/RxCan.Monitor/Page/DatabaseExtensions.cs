using RxCan.Dbc;

namespace RxCan.Monitor;

internal static class DatabaseExtensions
{
    /// <summary>The message of a frame, by identifier or parameter group; null if there is none.</summary>
    public static DbcMessage? MessageOf(this CanDatabase database, in CanFrame frame) => database.Decode(frame) is { } decoded ? decoded.Message : null;
}
