using System.Diagnostics;
using System.Text.RegularExpressions;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Top;

/// <summary><c>rxcan top</c> in a terminal.</summary>
[Trait("Length", "Long")] // it needs no kernel
public sealed class TopTerminalTests : Scratch
{
    private const int Ids = 40;

    [Theory]
    [InlineData(80, 24, 200, 50)]
    [InlineData(200, 50, 80, 24)]
    public void Nothing_flickers_overflows_or_scrolls_and_the_screen_is_restored(int width, int height, int otherWidth, int otherHeight)
    {
        using var terminal = new Terminal(width, height, At("raw"));
        terminal.Start($"{Program} top {WriteTraffic()} --dbc {At("vehicle.dbc")} --bitrate 500k");
        terminal.WaitFor(screen => screen.Contains(" EngineData ", StringComparison.Ordinal) && IsWhole(screen, height), "the table");

        // Whenever it is looked at, everything is there.
        var seen = new HashSet<string>();
        for (var i = 0; i < 1000 && seen.Count < 8; i++)
        {
            var screen = terminal.Screen;
            Assert.True(IsWhole(screen, height), screen);
            seen.Add(screen);
        }

        Assert.Equal(8, seen.Count); // it lives
        terminal.Resize(otherWidth, otherHeight);
        terminal.WaitFor(screen => IsWhole(screen, otherHeight), "the table in another size");
        terminal.Type("/", "1", "A", "0", "Enter", "Enter");
        terminal.WaitFor(screen => screen.Contains("EngineSpeed = ", StringComparison.Ordinal) && screen.Contains("(1 of 40)", StringComparison.Ordinal), "the signals of the filtered row");
        terminal.Type("p");
        terminal.WaitFor(screen => screen.Contains("paused", StringComparison.Ordinal), "a pause");
        terminal.Type("Escape");
        terminal.WaitFor(screen => !screen.Contains("EngineSpeed = ", StringComparison.Ordinal), "no signals");
        terminal.Type("Escape");
        terminal.WaitFor(screen => !screen.Contains("filter: ", StringComparison.Ordinal), "no filter");
        terminal.Type("p");
        terminal.WaitFor(screen => IsWhole(screen, otherHeight) && !screen.Contains("paused", StringComparison.Ordinal), "the table again");
        terminal.Type("q");

        terminal.WaitFor(screen => screen.Contains("status 0", StringComparison.Ordinal), "the shell");
        Assert.DoesNotContain("q quit", terminal.Screen, StringComparison.Ordinal);
        Assert.Equal("alternate 0, cursor 1, wrap 1", terminal.State);

        var raw = terminal.Written;
        var drawn = raw[raw.IndexOf("\e[?1049h", StringComparison.Ordinal)..raw.LastIndexOf("\e[?1049l", StringComparison.Ordinal)];
        Assert.DoesNotContain('\n', drawn); // nothing scrolls
        Assert.Equal(2, Regex.Count(drawn, @"\e\[2J")); // cleared once for each size: nothing flickers
        Assert.DoesNotContain("\e[2K", drawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public void A_signal_ends_it_with_the_screen_restored(string signal)
    {
        using var terminal = new Terminal(80, 24, At("raw"));
        WriteTraffic();
        var command = $"cd {Folder}; {Program} top traffic.log";
        terminal.Start(command);
        terminal.WaitFor(screen => IsWhole(screen, 24), "the table");

        Kernel.Run("kill", $"{signal} {terminal.Child}");

        terminal.WaitFor(screen => screen.Contains("status 0", StringComparison.Ordinal), "the shell");
        Assert.Equal($"before{command}status 0", terminal.Screen.Replace("\n", "", StringComparison.Ordinal));
        Assert.Equal("alternate 0, cursor 1, wrap 1", terminal.State);
    }

    private static string Program => $"dotnet exec {Rx.Program}";

    private static bool IsWhole(string screen, int height)
    {
        var lines = screen.TrimEnd('\n').Split('\n');
        return lines.Length == height && lines[0].Contains(" frames/s", StringComparison.Ordinal) && lines[2].StartsWith("id ", StringComparison.Ordinal) &&
            lines[^1].StartsWith("q quit  ", StringComparison.Ordinal) &&
            lines[3..^1].TakeWhile(l => l.Length > 0).Count() == Math.Min(Ids, height - 4) &&
            lines[3..^1].All(l => l.Length == 0 || Regex.IsMatch(l, "^[0-9A-F]{3} "));
    }

    /// <summary>A minute of a bus with 40 identifiers.</summary>
    private string WriteTraffic()
    {
        using (var log = new StreamWriter(At("traffic.log")))
        {
            for (var i = 0; i < 600; i++)
            {
                for (var id = 0; id < Ids; id++)
                    log.Write($"({1_700_000_000 + (i / 10)}.{i % 10}{id:D2}000) can0 {0x190 + id:X3}#{i & 0xFF:X2}{id:X2}000000000000\n");
            }
        }

        return At("traffic.log");
    }

    /// <summary>A terminal of tmux, with a shell that runs one command.</summary>
    private sealed class Terminal : IDisposable
    {
        private readonly string _socket = $"rxcan-{Guid.NewGuid():N}";
        private readonly string _raw;

        public Terminal(int width, int height, string raw)
        {
            if (!OperatingSystem.IsLinux() || !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "tmux"))))
                Assert.Skip("needs tmux: apt-get install tmux");
            _raw = raw;
            Run("-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}", "echo before; read command; eval \"$command\"; echo status $?; read end");
            Run("pipe-pane", "-o", $"cat > {raw}");
        }

        /// <summary>The text on the screen.</summary>
        public string Screen => Run("capture-pane", "-p");

        public string State => Run("display-message", "-p", "alternate #{alternate_on}, cursor #{cursor_flag}, wrap #{wrap_flag}").Trim();

        /// <summary>All that was written to it.</summary>
        public string Written => File.ReadAllText(_raw);

        /// <summary>The process that the shell runs.</summary>
        public string Child
        {
            get
            {
                var shell = Run("display-message", "-p", "#{pane_pid}").Trim();
                return File.ReadAllText($"/proc/{shell}/task/{shell}/children").Split(' ')[0];
            }
        }

        public void Start(string command)
        {
            WaitFor(screen => screen.StartsWith("before", StringComparison.Ordinal), "the shell");
            Run("send-keys", "-l", command);
            Type("Enter");
        }

        public void Type(params string[] keys)
        {
            foreach (var key in keys)
                Run("send-keys", key);
        }

        public void Resize(int width, int height) => Run("resize-window", "-x", $"{width}", "-y", $"{height}");

        public void WaitFor(Predicate<string> condition, string what)
        {
            var screen = "";
            Assert.True(SpinWait.SpinUntil(() => condition(screen = Screen), TimeSpan.FromSeconds(60)), $"Not there within a minute: {what}. There is:\n{screen}");
        }

        public void Dispose() => Run("kill-server");

        private string Run(params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("tmux", ["-L", _socket, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"tmux {string.Join(' ', arguments)}: {errors.Result}");
            return output;
        }
    }
}
