using System.Text;
using RxCan.Cli;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>A command that runs in this process, where it meets the test's virtual buses.</summary>
internal sealed class Rx : IDisposable
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly Sink _output = new();
    private readonly StringWriter _talk = new();
    private readonly Task<int> _running;

    private Rx(string[] args, string input, bool isClosed) => _running = Task.Run(() =>
    {
        using var shell = new Shell(isClosed ? new ClosedPipe() : _output, TextWriter.Synchronized(_talk), _interrupt.Token, new MemoryStream(Encoding.UTF8.GetBytes(input)));
        return Rxcan.Run(args, shell);
    });

    /// <summary>The program, for tests that need a process of its own: <c>dotnet exec</c>.</summary>
    public static string Program => typeof(Rxcan).Assembly.Location;

    public bool IsRunning => !_running.IsCompleted;

    public string Output => _output.ToString();

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Talk
    {
        get
        {
            lock (_talk)
                return _talk.ToString();
        }
    }

    public int Status => _running.Wait(TimeSpan.FromSeconds(60)) ? _running.Result : throw new TimeoutException($"It still runs.\n{Output}\n{Talk}");

    /// <summary>Starts a command line; words in quotation marks are one.</summary>
    public static Rx Start(string line, string input = "") => new(Words(line), input, isClosed: false);

    /// <summary>Starts a command line whose output nobody reads.</summary>
    public static Rx StartIntoClosedPipe(string line) => new(Words(line), "", isClosed: true);

    /// <summary>Runs it to its end, which must be as it should be.</summary>
    public static string Run(string line, string input = "")
    {
        using var rx = Start(line, input);
        Assert.True(rx.Status == 0, $"rxcan {line}: status {rx.Status}\n{rx.Talk}\n{rx.Output}");
        return rx.Output;
    }

    /// <summary>Runs it, and expects this status and a sentence with this text.</summary>
    public static string Fails(int status, string sentence, string line, string begins = "rxcan: ")
    {
        using var rx = Start(line);
        Assert.True(rx.Status == status && rx.Talk.Contains(sentence, StringComparison.Ordinal), $"rxcan {line}: status {rx.Status}, not {status}, or not '{sentence}':\n{rx.Talk}");
        Assert.StartsWith(begins, rx.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", rx.Talk, StringComparison.Ordinal);
        return rx.Output;
    }

    public Rx WaitForOutput(Func<string, bool> condition, string what)
    {
        Eventually.True(() => condition(Output) || _running.IsCompleted, what);
        Assert.True(condition(Output), $"{what}: status {(_running.IsCompleted ? _running.Result : null)}\n{Output}\n{Talk}");
        return this;
    }

    public Rx Interrupt()
    {
        _interrupt.Cancel();
        return this;
    }

    public void Dispose()
    {
        _interrupt.Cancel();
        _running.Wait(TimeSpan.FromSeconds(60));
        _interrupt.Dispose();
    }

    private static string[] Words(string line) =>
        [.. line.Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What <c>rxcan dump | head</c> writes to when head has read enough.</summary>
    private sealed class ClosedPipe : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe") { HResult = 32 };
    }

    /// <summary>A stream that others may look at meanwhile.</summary>
    private sealed class Sink : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (this)
                base.Write(buffer, offset, count);
        }

        public override string ToString()
        {
            lock (this)
                return Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);
        }
    }
}
