using System.Reactive.Concurrency;
using Replay;
using RxCan;

if (args is ["--record", var made])
{
    Drive.Record(made);
    return;
}

// Minutes of traffic take milliseconds: the scheduler jumps from one frame, or time-out, to the next.
var time = new HistoricalScheduler();
using var log = CanLog.Replay(args is [var path] ? path : Path.Combine(AppContext.BaseDirectory, "drive.log"), time);
using var findings = Detector.Watch(log).Subscribe(finding => Console.WriteLine($"{log.Beginning + log.Position:HH:mm:ss.fff} {finding}"));
time.Start();
Console.WriteLine($"{log.Position.TotalSeconds:F1} s of driving");
