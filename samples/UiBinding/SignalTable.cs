using System.Reactive.Concurrency;
using RxCan;

namespace UiBinding;

/// <summary>A row as it is drawn.</summary>
internal readonly record struct SignalRow(string Name, string Value, bool IsStale);

/// <summary>Signals in rows, sorted by name, which change on the scheduler of a user interface only.</summary>
internal interface ISignalTable : IDisposable
{
    /// <summary>The rows as they are now.</summary>
    IEnumerable<SignalRow> Rows { get; }
}

/// <summary>The ways to such a table.</summary>
internal static class SignalTable
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100), StaleAfter = TimeSpan.FromSeconds(1), LeaveAfter = TimeSpan.FromSeconds(3);

    /// <summary>The best one first.</summary>
    public static IReadOnlyList<Func<ICanBus, IReadOnlyList<TableSignal>, IScheduler, ISignalTable>> Kinds { get; } =
    [
#if HAS_DYNAMICDATA
        (can, signals, ui) => new DynamicDataTable(can, signals, ui),
#endif
        (can, signals, ui) => new LatestByIdTable(can, signals, ui),
    ];

    /// <summary>What was not there when this was built.</summary>
    public static string? Lack { get; } = Kinds.Count > 1 ? null : "DynamicData was not in the package sources: the rows come from LatestById, and look the same.";
}
