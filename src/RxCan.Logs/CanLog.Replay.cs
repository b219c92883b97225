using System.Reactive.Concurrency;
using RxCan.Bus;
using RxCan.Logs;
using RxCan.Logs.Formats;
using RxCan.Logs.Replay;

namespace RxCan;

/// <content>Replay.</content>
public static partial class CanLog
{
    private const string Scheme = "log";

    /// <summary>
    /// Plays a log as a bus, with its own timing: in real time, faster or slower, or on virtual time, exact to the tick. It begins with the first
    /// subscription, and reads the log as it plays: on virtual time within the scheduler's actions.
    /// </summary>
    /// <param name="path">The file, in any format that <see cref="CanLogFormat"/> lists.</param>
    /// <param name="scheduler">Its clock, which also delivers; <see cref="DefaultScheduler"/> if null.</param>
    /// <param name="options">What is played and how; <see cref="CanReplayOptions.Default"/> if null.</param>
    /// <param name="speed">Log time to the scheduler's time: 10 is ten times as fast, infinity as fast as the frames can be delivered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is zero, negative or not a number.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="CanLogException">The file is no log.</exception>
    public static ICanReplay Replay(string path, IScheduler? scheduler = null, CanReplayOptions? options = null, double speed = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= CanReplayOptions.Default;
        var file = Path.GetFullPath(path);
        return new CanReplayBus(
            path, () => LogFormats.OpenReader(file, options.Read), scheduler.Checked() ?? DefaultScheduler.Instance, options, CanReplayBus.Checked(speed));
    }

    /// <summary>Makes <see cref="CanBus.Open"/> play logs in real time: <c>CanBus.Open("log:drive.blf")</c>, a file's path after the colon.</summary>
    /// <returns>A disposable that removes the registration. Buses that are open stay open.</returns>
    /// <exception cref="ArgumentException">The scheme is already registered.</exception>
    public static IDisposable Register() => CanBus.Register(Scheme, static (name, options) =>
    {
        var path = name[(Scheme.Length + 1)..];
        try
        {
            return Replay(path, options: new() { Bus = options });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CanBusException(name, $"{name}: {e.Message}", e);
        }
    });
}
