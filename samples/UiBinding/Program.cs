using System.Globalization;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan;
using RxCan.Dbc;
using Spectre.Console;
using UiBinding;

// The signals of a car in a table that lives: rows come, change in place, go stale and leave. On an in-process bus, the car is simulated.
var name = args is [var given, ..] ? given : "virtual:car";
var end = args is [_, var seconds] ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) : TimeSpan.FromDays(1);
try
{
    var vehicle = CanDatabase.Load(Path.Combine(AppContext.BaseDirectory, "vehicle.dbc"));
    using ICanBus can = CanBus.Open(name), car = CanBus.Open(name);
    using var simulated = name.StartsWith("virtual:", StringComparison.Ordinal) ? new SimulatedCar(car, vehicle) : null;

    // A user interface has one thread, and a scheduler for it. Rows change there only, so that drawing them needs no lock.
    using var ui = new EventLoopScheduler();
    using var table = SignalTable.Kinds[0](can, TableSignal.Of(vehicle), ui);
    if (SignalTable.Lack is { } lack)
        Console.Error.WriteLine(lack);

    if (Console.IsOutputRedirected)
    {
        var changes = new TableChanges(Console.WriteLine);
        await Observable.Interval(SignalTable.Tick, ui).Do(_ => changes.Show(table.Rows)).TakeUntil(Observable.Timer(end)).LastOrDefaultAsync();
        return 0;
    }

    await AnsiConsole.Live(Draw([])).StartAsync(async live => await Observable.Interval(SignalTable.Tick, ui)
        .Do(_ => live.UpdateTarget(Draw(table.Rows))).TakeUntil(Observable.Timer(end)).LastOrDefaultAsync());
    return 0;
}
catch (CanBusException trouble)
{
    Console.Error.WriteLine(trouble.Message);
    return 1;
}

static Table Draw(IEnumerable<SignalRow> rows)
{
    var table = new Table().RoundedBorder().AddColumn("Signal").AddColumn(new TableColumn("Value").RightAligned());
    foreach (var row in rows)
        table.AddRow(new Text(row.Name), new Text(row.Value, row.IsStale ? new Style(Color.Grey) : Style.Plain));
    return table;
}
