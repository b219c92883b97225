using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace RxCan.Cli;

/// <summary>Where a command runs: data goes to its output, talk elsewhere, and something may interrupt it.</summary>
internal sealed class Shell : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _interrupted;
    private readonly Lock _talking = new();

    public Shell(Stream output, TextWriter talk, CancellationToken interrupted, Stream? input = null, Action<Action>? whenOutputGone = null)
    {
        Out = new Output(output, whenOutputGone);
        Talk = talk;
        Input = input ?? Stream.Null;
        _interrupted = interrupted;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted, Out.Closed);
    }

    /// <summary>Standard output: data.</summary>
    public Output Out { get; }

    /// <summary>Standard error: talk.</summary>
    public TextWriter Talk { get; }

    /// <summary>Standard input.</summary>
    public Stream Input { get; }

    /// <summary>Whether the output is for eyes.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether the talk is for eyes: progress is shown there.</summary>
    public bool IsTalkTerminal { get; init; }

    /// <summary>Whether there may be colours.</summary>
    public bool HasColours { get; init; }

    /// <summary>Cancelled by Ctrl+C, SIGTERM, and when nobody reads the output any more.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The clock.</summary>
    public IScheduler Time { get; } = DefaultScheduler.Instance;

    /// <summary>Whether the command has done something that an interrupt does not undo.</summary>
    public bool HasResult { get; set; }

    /// <summary>The status of a command that was interrupted, or whose reader went away, or that is done.</summary>
    public int Status => _interrupted.IsCancellationRequested && !HasResult ? ExitCode.Interrupted : ExitCode.Done;

    /// <summary>Writes a line of data.</summary>
    public void Print(string line)
    {
        HasResult = true;
        Out.WriteLine(line);
    }

    /// <summary>Says something to people.</summary>
    public void Say(string sentence)
    {
        lock (_talking)
        {
            Talk.Write(sentence + '\n');
            Talk.Flush();
        }
    }

    /// <summary>Shows how far something is, on a terminal only; an empty text takes it away.</summary>
    public void ShowProgress(string text)
    {
        if (!IsTalkTerminal)
            return;
        lock (_talking)
        {
            Talk.Write($"\r\e[K{text}");
            Talk.Flush();
        }
    }

    /// <summary>Runs a stream to its end, or until it is interrupted. Its error is thrown.</summary>
    public void Run<T>(IObservable<T> stream, Action<T> each)
    {
        using var run = new EachRun<T>(each);
        Run(stream, (StreamRun<T>)run);
    }

    /// <summary>As <see cref="Run{T}(IObservable{T}, Action{T})"/>, for values that become lines.</summary>
    public void Run<T>(IObservable<T> stream, LineQueue<T> lines)
    {
        Run(stream, (StreamRun<T>)lines);
        HasResult |= lines.HasAny;
    }

    private void Run<T>(IObservable<T> stream, StreamRun<T> run)
    {
        using var stopped = Stop.UnsafeRegister(static run => ((StreamRun<T>)run!).OnCompleted(), run);
        using (stream.Subscribe(run))
            run.Wait();
    }

    /// <summary>The last value of a stream; throws <see cref="OperationCanceledException"/> if it is interrupted before that.</summary>
    public T Last<T>(IObservable<T> stream)
    {
        var (result, isThere) = (default(T), false);
        Run(stream, value => (result, isThere) = (value, true));
        if (!isThere)
        {
            Stop.ThrowIfCancellationRequested();
            throw new TimeoutException("There was no answer.");
        }

        HasResult = true;
        return result!;
    }

    /// <summary>Waits, and returns whether it was not interrupted meanwhile.</summary>
    public bool Wait(TimeSpan time)
    {
        Run(Observable.Timer(time, Time), _ => { });
        return !Stop.IsCancellationRequested;
    }

    public void Dispose()
    {
        Out.Dispose();
        _stop.Dispose();
    }
}
