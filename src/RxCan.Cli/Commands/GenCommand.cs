using System.CommandLine;
using System.Reactive.Concurrency;
using RxCan.Cli.Text;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan gen BUS</c>.</summary>
internal static class GenCommand
{
    public static Command Create(Shell shell)
    {
        var bus = Read.Argument("BUS", "An interface, or virtual:NAME.", Read.Text);
        var gap = Read.Option<TimeSpan?>("-g", "The time between two frames; 200ms by default, 0 is as fast as possible.", "time", s => Read.Duration(s), "--gap");
        var count = Read.Option<int?>("-n", "How many frames; until Ctrl+C if it is not given.", "count", Read.Count, "--count");
        var id = Read.Option<string?>("-I", "The identifier: hexadecimal, i (incremented) or r (random, the default).", "id", Checked, "--id");
        var length = Read.Option<string?>("-l", "The length: a number of bytes, i or r (the default).", "length", text => text is "i" or "r" ? text : Read.Number(text)!.Value is >= 0 and <= 64 ? text : throw new FormatException($"'{text}' is not a length: write 0 to 64, i or r."), "--length");
        var data = Read.Option<string?>("-D", "The data: hexadecimal, i (a counter) or r (random, the default).", "data", text => text is "i" or "r" ? text : Convert.ToHexString(Read.Bytes(text)), "--data");
        var fd = Read.Switch("-f", "CAN FD frames.", "--fd");
        var brs = Read.Switch("-b", "CAN FD frames with BRS.", "--brs");
        var extended = Read.Switch("-e", "Extended identifiers.", "--extended");
        var remote = Read.Switch("-R", "Remote frames.", "--remote");
        var mix = Read.Switch("-m", "A mix of all of them.", "--mix");
        var seed = Read.Option<int?>("--seed", "The same number makes the same frames.", "number", text => int.TryParse(text, out var n) ? n : throw new FormatException($"'{text}' is not a number."));
        return new BenchCommand("gen", "Sends frames that it makes up.", "rxcan gen vcan0", "rxcan gen vcan0 -g 1ms -m -n 1000 --seed 7", "rxcan gen vcan0 -I 123 -l 8 -D i -g 0")
        {
            bus, gap, count, id, length, data, fd, brs, extended, remote, mix, seed,
        }.Does(shell, parsed =>
        {
            var random = parsed.GetValue(seed) is { } fixedSeed ? new Random(fixedSeed) : new Random();
            var maker = new FrameMaker(random, parsed.GetValue(id) ?? "r", parsed.GetValue(length) ?? "r", parsed.GetValue(data) ?? "r")
            {
                IsFd = parsed.GetValue(fd) || parsed.GetValue(brs),
                HasBrs = parsed.GetValue(brs),
                IsExtended = parsed.GetValue(extended),
                IsRemote = parsed.GetValue(remote),
                IsMixed = parsed.GetValue(mix),
            };
            if (maker.IsRemote && maker.IsFd && !maker.IsMixed)
                throw new UsageException("CAN FD has no remote frames.");
            using var can = CanSource.OpenBus(shell, parsed.GetValue(bus)!);
            var (pause, limit) = (parsed.GetValue(gap) ?? TimeSpan.FromMilliseconds(200), parsed.GetValue(count) ?? int.MaxValue);
            var clock = shell.Time.StartStopwatch();
            for (var sent = 0; sent < limit && !shell.Stop.IsCancellationRequested;)
            {
                can.SendAsync(maker.Next(), cancellationToken: shell.Stop).AsTask().GetAwaiter().GetResult();
                shell.HasResult = true;
                sent++;
                // What is due counts from the beginning, so that errors do not add up.
                if (pause > TimeSpan.Zero && sent < limit && (pause * sent) - clock.Elapsed is { Ticks: > 0 } wait && !shell.Wait(wait))
                    break;
            }
        });
    }

    private static string Checked(string text)
    {
        if (text is not ("i" or "r"))
            Read.Id(text);
        return text;
    }

    private sealed class FrameMaker(Random random, string id, string length, string data)
    {
        private uint _id;
        private int _length;
        private ulong _counter;

        public bool IsFd { get; init; }

        public bool HasBrs { get; init; }

        public bool IsExtended { get; init; }

        public bool IsRemote { get; init; }

        public bool IsMixed { get; init; }

        public CanFrame Next()
        {
            var isFd = IsMixed ? random.Next(2) == 0 && IsFd : IsFd;
            var isRemote = IsMixed ? !isFd && random.Next(4) == 0 : IsRemote;
            var isExtended = IsMixed ? random.Next(2) == 0 : IsExtended;
            var max = isExtended ? CanId.MaxExtended : CanId.MaxStandard;
            var value = id switch { "i" => _id++ & max, "r" => (uint)random.NextInt64(max + 1L), _ => Read.Id(id)!.Value.Value & max };
            var to = isExtended || (id is not ("i" or "r") && Read.Id(id)!.Value.IsExtended) ? CanId.Extended(id is "i" or "r" ? value : Read.Id(id)!.Value.Value) : CanId.Standard(value);
            var bytes = data is "i" or "r" ? new byte[Length(isFd)] : Convert.FromHexString(data);
            if (data == "r")
                random.NextBytes(bytes);
            else if (data == "i")
                BitConverter.TryWriteBytes(bytes.Length >= 8 ? bytes : bytes = [.. BitConverter.GetBytes(_counter).Take(bytes.Length)], _counter++);
            return isRemote ? CanFrame.Remote(to, Math.Min(bytes.Length, 8))
                : isFd ? CanFrame.Fd(to, bytes, HasBrs || (IsMixed && random.Next(2) == 0), IsMixed && random.Next(2) == 0)
                : new CanFrame(to, bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
        }

        private int Length(bool isFd)
        {
            var steps = isFd ? CanFrame.FdLengths.Length : CanFrame.MaxLength + 1;
            var step = length switch { "i" => _length++ % steps, "r" => random.Next(steps), _ => -1 };
            if (step >= 0)
                return isFd ? CanFrame.FdLengths[step] : step;
            var wanted = (int)Read.Number(length)!.Value;
            if (!isFd)
                return Math.Min(wanted, CanFrame.MaxLength);
            foreach (var possible in CanFrame.FdLengths)
            {
                if (possible >= wanted)
                    return possible;
            }

            return CanFrame.MaxFdLength;
        }
    }
}
