using System.Reactive;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan;
using RxCan.Uds;

// An in-process bus, or the CAN interface named on the command line.
var name = args is [var given] ? given : "virtual:demo";
try
{
    using ICanBus can = CanBus.Open(name), engine = CanBus.Open(name), gearbox = CanBus.Open(name);
    Console.WriteLine($"{name}: five seconds with an engine that sends its speed every 10 ms and a gearbox that sends its gear every 250 ms.");

    // A simulated control unit, and a tester that asks it for the VIN: a request is an observable of its responses.
    var identity = new UdsEcu();
    identity.Data.Add(UdsData.Vin, "WRXCAN00000000001");
    using var ecu = engine.ServeUds(tx: 0x7E8, rx: 0x7E0, identity);
    using var tester = can.OpenUds(tx: 0x7E0, rx: 0x7E8);
    var vin = tester.ReadData(UdsData.Vin);

    // Frames of one identifier: the kernel drops all others. Every signal is a separate stream.
    var speed = from frame in can.Where(CanFilter.Id(0x0C9)) select (frame.Data[0] << 8 | frame.Data[1]) / 4.0;
    var gear = from frame in can.Where(CanFilter.Id(0x1F5)) select frame.Data[0];

    using var shown = new CompositeDisposable
    {
        // Join streams: the gear, with the speed at which it was selected.
        gear.DistinctUntilChanged().WithLatestFrom(speed).Subscribe(now => Console.WriteLine($"  gear {now.First} at {now.Second:F0} rpm")),

        // Filter and sample them.
        speed.Where(rpm => rpm > 4000).Sample(TimeSpan.FromMilliseconds(500)).Subscribe(rpm => Console.WriteLine($"  fast: {rpm:F0} rpm")),

        // Count them: a rate per second.
        can.Buffer(TimeSpan.FromSeconds(1)).Subscribe(second => Console.WriteLine($"{second.Count} frames/s")),

        vin.Subscribe(text => Console.WriteLine($"VIN {text}"), trouble => Console.WriteLine(trouble.Message)),

        // Faults are a stream too: links, states of controllers, lost frames, error frames.
        can.Events.Subscribe(Console.WriteLine),
    };

    // The two control units. SendAsync waits while the transmit queue is full.
    var revving = Send(engine, TimeSpan.FromMilliseconds(10), tick => new(0x0C9, [(byte)((3000 + 45 * tick) >> 8), (byte)(3000 + 45 * tick)]));
    var shifting = Send(gearbox, TimeSpan.FromMilliseconds(250), tick => new(0x1F5, [(byte)(1 + tick / 4)]));

    // A controller's error report can be sent only on a virtual interface; on a wire it would be an ordinary frame.
    var warning = new CanError { Class = CanErrorClass.Controller, Controller = CanControllerStatus.TransmitWarning, TransmitErrors = 96 };
    var failing = name.Contains("vcan") || name.StartsWith("virtual:")
        ? Observable.Timer(TimeSpan.FromSeconds(2.5)).Do(_ => engine.Send(CanFrame.Error(warning))).Select(_ => Unit.Default)
        : Observable.Empty<Unit>();

    await revving.Merge(shifting).Merge(failing).TakeUntil(Observable.Timer(TimeSpan.FromSeconds(5))).LastOrDefaultAsync();
    return 0;
}
catch (CanBusException trouble)
{
    Console.Error.WriteLine(trouble.Message);
    return 1;
}

static IObservable<Unit> Send(ICanBus unit, TimeSpan period, Func<long, CanFrame> frame) =>
    Observable.Interval(period).Select(tick => Observable.FromAsync(cancel => unit.SendAsync(frame(tick), cancellationToken: cancel).AsTask())).Concat();
