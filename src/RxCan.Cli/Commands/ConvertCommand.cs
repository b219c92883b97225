using System.CommandLine;
using RxCan.Cli.Text;
using RxCan.Logs;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan convert IN OUT</c>.</summary>
internal static class ConvertCommand
{
    public static Command Create(Shell shell)
    {
        var from = Read.Argument("IN", "The log to read; its content tells the format.", Read.Text);
        var to = Read.Argument("OUT", "The log to write; its extension tells the format: .log (candump -L), .asc, .blf, .trc, .pcap, .pcapng or .csv, and .gz after it.", Read.Text);
        var filter = LogOptions.Filter();
        var (begin, end) = (LogOptions.From(), LogOptions.Until());
        var map = LogOptions.Map();
        var format = LogOptions.Format("--format", "The format to write, whatever the extension is.");
        var nanoseconds = Read.Switch("--nanoseconds", "Write nine decimals; tools of before 2023 read six only.", "--ns");
        var skip = LogOptions.SkipDamage();
        return new BenchCommand(
            "convert",
            "Converts a log. The new file appears when it is complete.",
            "rxcan convert drive.asc drive.log",
            "rxcan convert drive.blf part.log --filter 100-1FF --from +60s --until +2min --map 1=can0")
        {
            from, to, filter, begin, end, map, format, nanoseconds, skip,
        }.Does(shell, parsed =>
        {
            var (path, target) = (parsed.GetValue(from)!, parsed.GetValue(to)!);
            InputFile.Check(path);
            LogOptions.CheckWritable(target, parsed.GetValue(format));
            var result = CanLog.Convert(
                path,
                target,
                new()
                {
                    Filter = parsed.GetValue(filter),
                    From = LogOptions.Resolve(parsed.GetValue(begin), path),
                    Until = LogOptions.Resolve(parsed.GetValue(end), path),
                    Interfaces = LogOptions.Mapped(parsed.GetValue(map)),
                    Reading = CanSource.Reading(shell, path, parsed.GetValue(skip)),
                    Writing = new() { Format = LogOptions.Named(parsed.GetValue(format)), Nanoseconds = parsed.GetValue(nanoseconds) },
                },
                shell.Stop);
            shell.HasResult = true;
            shell.Say($"{target}: {result.Written} frames" +
                (result.LeftOut > 0 ? $"; {result.LeftOut} that the format has no place for are left out" : "") +
                (result.Damages > 0 ? $"; {result.Damages} damaged places were skipped" : ""));
        });
    }
}
