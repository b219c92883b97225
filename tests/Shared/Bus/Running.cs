using System.Diagnostics;
using System.Text;

namespace RxCan.Tests.Bus;

/// <summary>A running program and what it has written so far.</summary>
internal sealed class Running : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // ASP.NET takes most of a minute to start in the guest

    private readonly Process _process;
    private readonly Reading _output;
    private readonly Reading _errors;

    public Running(string program, string arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1, // one character per byte, whatever it is
        })!;
        _output = new(_process.StandardOutput);
        _errors = new(_process.StandardError);
    }

    public int Id => _process.Id;

    public string Output => _output.Text;

    public string Errors => _errors.Text;

    /// <summary>Waits until the program itself waits for a message or for one of several events, judging by the kernel function it is in.</summary>
    public void WaitUntilItReceives() => Assert.True(
        SpinWait.SpinUntil(() => Place.Contains("wait_for_more_packets", StringComparison.Ordinal) || Place.Contains("poll", StringComparison.Ordinal), Patience),
        $"It is at {Place}. {Errors}");

    public void WaitForOutput(string text) => WaitForOutput(written => written == text);

    public void WaitForOutput(Predicate<string> condition) =>
        Assert.True(SpinWait.SpinUntil(() => condition(Output), Patience), $"It wrote {Output[..Math.Min(Output.Length, 1000)]}");

    public int WaitForExit()
    {
        Assert.True(_process.WaitForExit(Patience), $"It did not end. It wrote {Output[..Math.Min(Output.Length, 1000)]}{Errors}");
        Task.WaitAll(_output.Ended, _errors.Ended);
        return _process.ExitCode;
    }

    /// <summary>Kills it (SIGKILL), and returns when it is gone and everything that it wrote was read.</summary>
    public void Kill()
    {
        _process.Kill();
        WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(Patience); // it must be gone before the next test
        }

        _process.Dispose();
    }

    private string Place => _process.HasExited ? "its end" : File.ReadAllText($"/proc/{Id}/wchan");

    private sealed class Reading
    {
        private readonly StringBuilder _text = new();

        public Reading(StreamReader from) => Ended = Task.Run(() =>
        {
            var buffer = new char[65536];
            while (from.Read(buffer) is > 0 and var count)
            {
                lock (_text)
                    _text.Append(buffer, 0, count);
            }
        });

        public Task Ended { get; }

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString();
            }
        }
    }
}
