using System.Diagnostics;
using System.Globalization;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Runtime.CompilerServices;
using RxCan.Mqtt;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>
/// An uplink in a process of its own, to be killed: this test program, started with other arguments. It sends 4,000 numbered frames per second
/// and, before each few of them, writes how many it will have sent then.
/// </summary>
internal static class PublisherProcess
{
    public const int BatchFrames = 50;

    private const string Verb = "publish";

    public static Running Start(Mosquitto broker, string outbox, int first) => new(
        "dotnet",
        string.Create(CultureInfo.InvariantCulture, $"exec {typeof(PublisherProcess).Assembly.Location} {Verb} {broker.Port} {outbox} {first}"));

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetCommandLineArgs() is not [_, Verb, var port, var outbox, var first])
            return;
        var link = new MqttLink("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture)) { MaxPause = TimeSpan.FromMilliseconds(500) };
        var frames = new Subject<CanFrame>();
        using var uplink = frames.PublishTo(link, NumberedEnds.Topic, new() { Outbox = outbox, BatchFrames = BatchFrames }).Subscribe(_ => { });
        var data = new byte[8];
        var clock = Stopwatch.StartNew();
        for (var (number, start) = (0, int.Parse(first, CultureInfo.InvariantCulture)); ; NumberedEnds.Pause())
        {
            var end = (int)(clock.Elapsed.TotalSeconds * 4000);
            Console.WriteLine(end);
            for (; number < end; number++)
                frames.OnNext(NumberedEnds.Frame(start + number, data));
        }
    }
}
