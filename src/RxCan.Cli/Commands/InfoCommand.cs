using System.CommandLine;
using System.Globalization;
using RxCan.Cli.Text;
using RxCan.Logs;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan info FILE</c>.</summary>
internal static class InfoCommand
{
    public static Command Create(Shell shell)
    {
        var file = Read.Argument("FILE", "The log.", Read.Text);
        var ids = Read.Switch("--ids", "List the identifiers with their numbers of frames.");
        var skip = LogOptions.SkipDamage();
        var json = Read.Switch("--json", "Print one object.");
        return new BenchCommand("info", "Shows what is in a log.", "rxcan info drive.blf", "rxcan info drive.blf --ids")
        {
            file, ids, skip, json,
        }.Does(shell, parsed =>
        {
            var path = parsed.GetValue(file)!;
            InputFile.Check(path);
            var counts = new SortedDictionary<(string Bus, CanId Id), long>();
            var (frames, errors, fd, remote, first, last) = (0L, 0L, 0L, 0L, long.MaxValue, long.MinValue);
            foreach (var frame in CanLog.Enumerate(path, CanSource.Reading(shell, path, parsed.GetValue(skip))))
            {
                shell.Stop.ThrowIfCancellationRequested();
                frames++;
                (first, last) = (Math.Min(first, frame.UnixTimeNanoseconds), Math.Max(last, frame.UnixTimeNanoseconds));
                fd += frame.IsFd ? 1 : 0;
                remote += frame.IsRemote ? 1 : 0;
                errors += frame.IsError ? 1 : 0;
                if (!frame.IsError)
                    counts[(frame.Interface, frame.Id)] = counts.GetValueOrDefault((frame.Interface, frame.Id)) + 1;
            }

            var format = CanLog.FormatOf(path);
            var buses = counts.GroupBy(c => c.Key.Bus).Select(g => (Bus: g.Key, Frames: g.Sum(c => c.Value), Ids: g.Count())).ToList();
            if (parsed.GetValue(json))
            {
                new JsonLines(shell).Write(w =>
                {
                    w.WriteString("file", path);
                    w.WriteString("format", format?.ToString());
                    w.WriteNumber("frames", frames);
                    w.WriteNumber("fd", fd);
                    w.WriteNumber("remote", remote);
                    w.WriteNumber("errors", errors);
                    if (frames > 0)
                    {
                        w.WriteString("first", Format.Time(first));
                        w.WriteString("last", Format.Time(last));
                    }

                    w.WriteStartArray("buses");
                    foreach (var bus in buses)
                    {
                        w.WriteStartObject();
                        w.WriteString("bus", bus.Bus);
                        w.WriteNumber("frames", bus.Frames);
                        w.WriteStartObject("ids");
                        foreach (var (key, number) in counts.Where(c => c.Key.Bus == bus.Bus))
                            w.WriteNumber(key.Id.ToString(), number);
                        w.WriteEndObject();
                        w.WriteEndObject();
                    }

                    w.WriteEndArray();
                });
                return;
            }

            shell.Print($"{path}: {format}, {new FileInfo(path).Length} bytes");
            shell.Print($"{frames} frames: {fd} FD, {remote} remote, {errors} errors");
            if (frames > 0)
            {
                var begin = DateTimeOffset.UnixEpoch.AddTicks(first / 100);
                var span = TimeSpan.FromTicks((last - first) / 100);
                var rate = span > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $", {frames / span.TotalSeconds:0.#} frames/s") : "";
                shell.Print($"{Format.Date(begin)} to {Format.Date(begin + span)}: {Format.Duration(span)}{rate}");
            }

            foreach (var bus in buses)
            {
                shell.Print($"{bus.Bus}: {bus.Frames} frames, {bus.Ids} identifiers");
                if (parsed.GetValue(ids))
                {
                    foreach (var (key, number) in counts.Where(c => c.Key.Bus == bus.Bus))
                        shell.Print($"  {key.Id,8}  {number}");
                }
            }
        });
    }
}
