using System.Collections.Concurrent;
using System.Reactive.Linq;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RxCan;

var (name, width, log, errors, indent) = ("", 0, false, false, false);
int? count = null;
string? asked = null;
var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    for (var i = 0; i < args.Length; i++)
    {
        if (args[i] == "-L")
            log = true;
        else if (args[i] == "-e")
            errors = true;
        else if (args[i] == "-n" && i + 1 < args.Length)
            count = int.TryParse(args[++i], out var n) && n > 0 ? n : throw new FormatException($"'{args[i]}' is not a number of frames.");
        else if (args[i].StartsWith('-'))
            throw new FormatException($"'{args[i]}' is an unknown option, or its value is missing.");
        else if (name == "" && asked is null && (!args[i].Contains(':') || args[i].StartsWith("virtual:", StringComparison.Ordinal)))
            name = args[i];
        else
            asked = asked is null ? args[i] : $"{asked},{args[i]}";
    }

    var filter = CanFilter.Parse(asked ?? "*") | (errors ? CanFilter.ErrorFrames : CanFilter.None);
    using var can = CanBus.Open(name != "" ? name : CanBus.Any, new() { ErrorMask = errors ? CanErrorClass.All : CanErrorClass.None, ReceiveBufferSize = 64 << 20 });
    width = can.Name.Length;
    Console.Error.Write(can.Name.StartsWith("virtual:", StringComparison.Ordinal) ? $"{can.Name} is in this process only: use vcan.\n" : "");
    var printed = (count is { } limit ? can.Where(filter).Take(limit) : can.Where(filter)).Select(Line).Finally(stop.Cancel);
    var dropped = can.Events.OfType<CanFramesDropped>().Select(d =>
        $"DROPCOUNT: dropped {d.Count} CAN frame{(d.Count > 1 ? "s" : "")} on '{d.Interface}' socket (total drops {d.Total})");
    var lines = new BlockingCollection<string>(boundedCapacity: 10_000); // when full, frames stay in the kernel, which counts what it drops
    Exception? trouble = null;
    using var reading = dropped.Merge(printed).TakeUntil(stop.Token).Finally(lines.CompleteAdding).Subscribe(lines.Add, e => trouble = e);
    var stdout = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0); // reports a broken pipe
    using var output = new StreamWriter(stdout.CanSeek ? Console.OpenStandardOutput() : stdout, bufferSize: 1 << 16); // also correct for files
    foreach (var line in lines.GetConsumingEnumerable())
    {
        output.Write(line + '\n');
        if (lines.Count == 0)
            output.Flush();
    }

    return trouble is null ? 0 : throw trouble;
}
catch (Exception e) when (e is FormatException or IOException or ArgumentException)
{
    var usage = e is FormatException ? "\nUsage: CanDump [interface] [id:mask ...] [-n count] [-L] [-e]" : "";
    if (e.HResult != 32) // EPIPE: CanDump | head has read enough
        Console.Error.WriteLine($"CanDump: {e.Message}{usage}");
    return e is FormatException ? 2 : 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested; // a second Ctrl+C does not wait for the reader of the output
    stop.Cancel();
}

string Line(CanFrame frame)
{
    width = Math.Max(width, frame.Interface.Length);
    var padding = new string(' ', width - frame.Interface.Length);
    var text = frame.ToString(log ? "L" : "G");
    if (log)
        return text.Insert(text.IndexOf(' ') + 1, padding);
    indent |= frame.Id.IsExtended;
    var id = text[..text.IndexOf('#')].PadLeft(indent ? 8 : 0);
    var length = frame.IsFd ? $"[{frame.Length:D2}]" : $" [{frame.Length}]";
    var data = frame.IsRemote ? "remote request" : BitConverter.ToString(frame.Data.ToArray()).Replace('-', ' ');
    var error = frame.IsError ? "ERRORFRAME".PadLeft(3 * (8 - frame.Length) + 13) + "\n\t" + frame.ToError().ToString("\n\t") : "";
    return $"  {padding}{frame.Interface}  {id}  {length} {(data != "" ? " " : "")}{data}{error}";
}
