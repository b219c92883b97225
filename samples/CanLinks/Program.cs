using System.Globalization;
using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan;

var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    switch (args)
    {
        case []:
            foreach (var link in CanLinks.All())
                Console.WriteLine(link);
            return 0;
        case ["--watch"]:
            await CanLinks.Watch().Do(Console.WriteLine).TakeUntil(stop.Token).LastOrDefaultAsync();
            return 0;
        case [var name, "create"]:
            CanLinks.CreateVcan(name, new() { IsUp = true });
            return 0;
        case [var name, "delete"]:
            CanLinks.Delete(name);
            return 0;
        case [var name, "down"]:
            CanLinks.Down(name);
            return 0;
        case [var name, "up"]:
            CanLinks.Up(name);
            return 0;
        case [var name, "up", var bitrate, .. var data] when data.Length <= 1:
            CanLinks.Down(name);
            CanLinks.Configure(name, new() { Bitrate = Number(bitrate), DataBitrate = data is [var rate] ? Number(rate) : null, IsUp = true });
            return 0;
    }
}
catch (Exception e) when (e is CanBusException or ArgumentException or FormatException or OverflowException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

Console.Error.WriteLine("""
    usage: CanLinks                                  lists the CAN interfaces
           CanLinks --watch                          lists them, then prints their changes
           CanLinks vcan7 create|delete
           CanLinks can0 down
           CanLinks can0 up [bitrate [data bitrate]]
    """);
return 2;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
