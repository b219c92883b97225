using System.Globalization;
using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan;

var count = 0;
if (args.Length is not (3 or 5) ||
    !double.TryParse(args[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var period) ||
    (args.Length == 5 && !(args[3] == "--count" && int.TryParse(args[4], NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0)))
{
    Console.Error.WriteLine("""
        usage: CyclicSend <interface> <frame> <period ms> [--count n]
          CyclicSend vcan0 701#05 100                    sends until Ctrl+C
          CyclicSend vcan0 123#DEADBEEF 0.5 --count 10
        """);
    return 2;
}

using var end = new ManualResetEventSlim();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Exception? failure = null;
try
{
    using var can = CanBus.Open(args[0]);
    if (can.Name.StartsWith("virtual:", StringComparison.Ordinal))
        Console.Error.WriteLine($"{can.Name} exists in this process only: other programs do not see what it sends. For those, make a vcan interface.");
    using var job = can.SendCyclic(CanFrame.Parse(args[1]), TimeSpan.FromMilliseconds(period), new() { Count = count })
        .Finally(end.Set)
        .Subscribe(_ => Console.Error.WriteLine($"{can.Name}: sending. Press Ctrl+C to stop."), e => failure = e);
    end.Wait();
}
catch (Exception e) when (e is CanBusException or ArgumentException or FormatException or OverflowException)
{
    failure = e;
}

if (failure is not null)
    Console.Error.WriteLine(failure.Message);
return failure is null ? 0 : 1;

void Stop(PosixSignalContext context)
{
    context.Cancel = true; // dispose the job instead of being killed
    end.Set();
}
