using System.Globalization;
using RxCan;
using RxCan.Dbc;

namespace UiBinding;

/// <summary>A signal of a database that has a row.</summary>
internal sealed class TableSignal(DbcSignal signal)
{
    public string Name { get; } = signal.ToString();

    public CanId Id { get; } = signal.Message.Id;

    public CanSignal Layout { get; } =
        new(signal.StartBit, signal.Length, signal.ByteOrder, signal.Kind == DbcSignalKind.Signed, signal.Factor, signal.Offset);

    /// <summary>The integers that are in every frame of their message.</summary>
    public static IReadOnlyList<TableSignal> Of(CanDatabase database) =>
    [
        .. from message in database.Messages
           from signal in message.Signals
           where !signal.IsMultiplexed && signal.Length <= 64 && signal.Kind is DbcSignalKind.Signed or DbcSignalKind.Unsigned
           select new TableSignal(signal),
    ];

    /// <summary>A value as people read it: its name, or the number with its unit.</summary>
    public string Text(double value) =>
        signal.Values?.TryGetName((long)Math.Round((value - signal.Offset) / signal.Factor), out var name) == true
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {signal.Unit}").TrimEnd();
}
