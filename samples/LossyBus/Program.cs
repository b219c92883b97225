using System.Reactive.Linq;
using LossyBus;
using RxCan;

// A custom scheme: "lossy:" and a name open a LossyCanBus over an in-process bus.
using var scheme = CanBus.Register("lossy", (name, options) => new LossyCanBus(
    inner => CanBus.Open($"virtual:{name}", inner),
    new() { Seed = 1, Loss = 0.1, MaxDelay = TimeSpan.FromMilliseconds(20) },
    options));

using ICanBus sender = CanBus.Open("virtual:lossy:demo"), receiver = CanBus.Open("lossy:demo");
var frames = receiver.Where(CanFilter.Range(0x100, 0x1FF)).ToList();
using var done = new CancellationTokenSource();
var received = frames.RunAsync(done.Token);
for (var i = 0; i < 100; i++)
    sender.Send(new CanFrame(0x100 + i, [(byte)i]));

await Task.Delay(200);
receiver.Dispose(); // completes the stream
Console.WriteLine($"100 frames sent, {(await received).Count} received, {((LossyCanBus)receiver).Lost} lost on the way.");
