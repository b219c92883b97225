using System.CommandLine;
using System.Reactive.Linq;
using RxCan.Cli.Text;
using RxCan.Logs;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan record BUS -o FILE</c>.</summary>
internal static class RecordCommand
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, any, or virtual:NAME.", BusName.Parse);
        var output = Read.Option<string?>("-o", "The file; its extension tells the format, and .gz after it compresses.", "file", Read.Text, "--output");
        output.Required = true;
        var filter = LogOptions.Filter();
        var errors = Read.Switch("-e", "Record error frames, too.");
        var count = Read.Option<int?>("-n", "End after this number of frames.", "count", Read.Count, "--count");
        var duration = Read.Option<TimeSpan?>("--for", "End after this time.", "time", s => Read.Period(s));
        var maxSize = Read.Option<long?>("--max-size", "Begin another file at this size; files are numbered.", "size", s => Read.Size(s));
        var maxTime = Read.Option<TimeSpan?>("--max-time", "Begin another file after this time.", "time", s => Read.Period(s));
        var maxFiles = Read.Option<int?>("--max-files", "Keep this number of files, and delete the oldest.", "count", Read.Count);
        var maxTotal = Read.Option<long?>("--max-total", "Keep this size in all, and delete the oldest.", "size", s => Read.Size(s));
        var trigger = Read.Option<CanFilter?>("--trigger", "Record only around these frames: each time a file of its own.", "filter", Read.Filter);
        var before = Read.Option<TimeSpan?>("--before", "How much to record before a trigger; 10s by default.", "time", s => Read.Period(s));
        var after = Read.Option<TimeSpan?>("--after", "How much to record after a trigger; 10s by default.", "time", s => Read.Period(s));
        return new BenchCommand(
            "record",
            "Records a bus until Ctrl+C. What was received is written, whatever ends it.",
            "rxcan record can0 -o drive.blf",
            "rxcan record any -o drive.asc.gz --max-size 100M --max-files 20",
            "rxcan record can0 -o fault.log -e --trigger '#' --before 2min --after 10s")
        {
            bus, output, filter, errors, count, duration, maxSize, maxTime, maxFiles, maxTotal, trigger, before, after,
        }.Does(shell, parsed =>
        {
            var path = parsed.GetValue(output)!;
            LogOptions.CheckWritable(path, null);
            LogOptions.CheckOther(path, parsed.GetValue(bus)!);
            var options = new CanRecordingOptions
            {
                MaxSize = parsed.GetValue(maxSize),
                MaxDuration = parsed.GetValue(maxTime),
                MaxFiles = parsed.GetValue(maxFiles),
                MaxTotalSize = parsed.GetValue(maxTotal),
            };
            var hasErrors = parsed.GetValue(errors) || parsed.GetValue(trigger)?.ToString().Contains('#') == true;
            using var source = CanSource.Open(
                shell, parsed.GetValue(bus)!, new() { ErrorMask = hasErrors ? CanErrorClass.All : CanErrorClass.None, ReceiveBufferSize = 64 << 20 }, parsed.GetValue(filter));
            var frames = parsed.GetValue(count) is { } limit ? source.Frames.Take(limit) : source.Frames;
            if (parsed.GetValue(duration) is { } time)
                frames = frames.TakeUntil(Observable.Timer(time, shell.Time));
            // The end of the source ends the recording when everything is written.
            frames = frames.TakeUntil(shell.Stop).Do(_ => shell.HasResult = true);
            var recording = parsed.GetValue(trigger) is not { } fired ? frames.RecordTo(path, options) : Around();
            var total = 0L;
            Exception? error = null;
            using var ended = new ManualResetEventSlim();
            using (recording.Subscribe(
                happened => total += Tell(happened),
                e =>
                {
                    error = e;
                    ended.Set();
                },
                ended.Set))
            {
                ended.Wait();
            }

            shell.ShowProgress("");
            shell.Say($"{total} frames");
            if (error is not null)
                throw error;

            IObservable<CanRecordingEvent> Around()
            {
                var shared = frames.Publish().RefCount(2);
                return shared.RecordAround(
                    shared.Where(fired), path, parsed.GetValue(before) ?? TimeSpan.FromSeconds(10), parsed.GetValue(after) ?? TimeSpan.FromSeconds(10), options);
            }
        });

        long Tell(CanRecordingEvent happened)
        {
            switch (happened)
            {
                case CanRecordingClosed closed:
                    shell.ShowProgress("");
                    shell.Say($"{closed.Path}: {closed.Frames} frames, {closed.Size} bytes");
                    return closed.Frames;
                case CanRecordingDropped dropped:
                    shell.Say($"The disk is too slow: {dropped.Count} frames are not recorded.");
                    return 0;
                case CanRecordingDeleted deleted:
                    shell.Say($"{deleted.Path}: deleted");
                    return 0;
                case CanRecordingFlushed flushed:
                    shell.ShowProgress($"{flushed.Path}: {flushed.Frames} frames, {flushed.Size} bytes");
                    return 0;
                default:
                    return 0;
            }
        }
    }
}
