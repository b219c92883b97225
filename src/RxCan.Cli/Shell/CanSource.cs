using System.Globalization;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Cli.Commands;
using RxCan.Logs;

namespace RxCan.Cli;

/// <summary>What a command line calls BUS: an interface, a bus with a scheme, or a log file; with candump's filters behind commas.</summary>
/// <param name="Name">The interface's name, or the file's path.</param>
/// <param name="Filter">The frames that are asked for; null if none are named.</param>
/// <param name="Errors">The error frames that are asked for.</param>
/// <param name="IsLog">Whether it is a log file.</param>
internal sealed record BusName(string Name, CanFilter? Filter, CanErrorClass Errors, bool IsLog)
{
    private const string LogScheme = "log:";
    private const string Virtual = "virtual:";

    /// <summary>Reads <c>can0</c>, <c>can0,123:7FF,#FFFFFFFF</c>, <c>virtual:bench</c>, <c>any</c> or <c>drive.log</c>.</summary>
    public static BusName Parse(string text)
    {
        if (text.StartsWith(LogScheme, StringComparison.Ordinal))
            return new(text[LogScheme.Length..], null, CanErrorClass.None, IsLog: true);
        var comma = IsFile(text) ? -1 : text.IndexOf(',');
        var name = comma < 0 ? text : text[..comma];
        if (name is "" or Virtual)
            throw new FormatException("The name of the bus is empty: write can0, any or virtual:bench.");
        var (filter, errors) = comma < 0 ? default : Filters(text[(comma + 1)..]);
        return new(name, filter, errors, IsPath(name));
    }

    private static bool IsPath(string text) => !text.StartsWith(Virtual, StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal) &&
        (text.Contains('/') || IsFile(text));

    private static bool IsFile(string text) => File.Exists(text) || CanLog.FormatOfName(text) is not null;

    /// <summary>Reads what candump takes behind a comma (<c>id~mask</c>, <c>#mask</c> and <c>j</c> too), or a <see cref="CanFilter"/>.</summary>
    private static (CanFilter? Filter, CanErrorClass Errors) Filters(string text)
    {
        var (parts, errors, isJoined) = (new List<string>(), CanErrorClass.None, false);
        foreach (var part in text.Split(','))
        {
            if (part is ['#', _, ..] && uint.TryParse(part.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mask))
                errors |= (CanErrorClass)mask & CanErrorClass.All;
            else if (part is "j" or "J")
                isJoined = true;
            else if (part.Split('~') is [{ Length: > 0 } id, { Length: > 0 } excluded] && id.All(char.IsAsciiHexDigit))
                parts.Add($"(~{id}:{excluded})"); // in a list of candump, one filter like any other
            else
                parts.Add(part);
        }

        return (parts.Count > 0 ? CanFilter.Parse(string.Join(isJoined ? '&' : ',', parts)) : null, errors);
    }
}

/// <summary>A source of frames: a bus that is open, or a log.</summary>
internal sealed class CanSource : IDisposable
{
    private readonly IDisposable _opened;

    private CanSource(string name, IObservable<CanFrame> frames, ICanBus? bus, IDisposable opened) =>
        (Name, Frames, Bus, _opened) = (name, frames, bus, opened);

    public string Name { get; }

    /// <summary>The frames that are asked for.</summary>
    public IObservable<CanFrame> Frames { get; }

    /// <summary>The bus; null for a log.</summary>
    public ICanBus? Bus { get; }

    /// <summary>Opens it. What happens to it is said.</summary>
    /// <param name="shell">Hears of it.</param>
    /// <param name="name">What to open.</param>
    /// <param name="options">The options of the bus.</param>
    /// <param name="filter">The frames that are asked for, beyond those that the name itself asks for.</param>
    /// <param name="skipDamage">Whether a damaged log is read on.</param>
    /// <param name="speed">How fast a log is played as a bus; null to read it only. It begins with <see cref="Begun"/>.</param>
    /// <param name="happened">Sees what happens to the bus, and returns whether it need not be said.</param>
    public static CanSource Open(
        Shell shell,
        BusName name,
        CanBusOptions? options = null,
        CanFilter? filter = null,
        bool skipDamage = false,
        double? speed = null,
        Func<CanBusEvent, bool>? happened = null)
    {
        var asked = (name.Filter, filter) switch { (null, null) => null, ({ } own, null) => own, (null, { } other) => other, var (own, other) => own & other };
        if (name.IsLog)
        {
            InputFile.Check(name.Name);
            var read = Reading(shell, name.Name, skipDamage);
            if (speed is { } factor)
            {
                var replay = CanLog.Replay(name.Name, options: new() { Read = read, IsPaused = true }, speed: factor);
                return new(name.Name, asked is null ? replay : replay.Where(asked), replay, replay);
            }

            var log = CanLog.Read(name.Name, read, TaskPoolScheduler.Default);
            return new(name.Name, asked is null ? log : log.Where(f => asked.Matches(f)), null, Disposable.Empty);
        }

        options ??= CanBusOptions.Default;
        if (name.Errors != CanErrorClass.None)
            options = options with { ErrorMask = options.ErrorMask | name.Errors };
        var bus = OpenBus(shell, name.Name, options);
        var events = bus.Events.Subscribe(
            e =>
            {
                if (happened?.Invoke(e) != true && e is not (CanObserverFailed or CanErrorReported))
                    shell.Say(e.ToString());
            },
            _ => { }); // the frames end with the same error
        if (options.ErrorMask != CanErrorClass.None)
            asked = (asked ?? CanFilter.All) | CanFilter.ErrorFrames;
        return new(name.Name, asked is null ? bus : bus.Where(asked), bus, new CompositeDisposable(events, bus));
    }

    /// <summary>Opens a bus that can send.</summary>
    public static ICanBus OpenBus(Shell shell, string text, CanBusOptions? options = null)
    {
        var name = BusName.Parse(text);
        if (name.IsLog)
            throw new UsageException($"{text} is a log: it cannot be sent to. Name an interface, or virtual:NAME.");
        try
        {
            var bus = CanBus.Open(name.Name, options);
            if (text.StartsWith("virtual:", StringComparison.Ordinal) && shell.IsTalkTerminal)
                shell.Say($"{text} exists in this process only: other programs do not see it. For those, make a vcan interface: rxcan link create vcan0");
            return bus;
        }
        catch (CanInterfaceNotFoundException) when (CanFilter.TryParse(name.Name, null, out _))
        {
            throw new UsageException($"There is no interface {name.Name}. If it is a filter, write: can0,{name.Name}");
        }
    }

    /// <summary>How logs are read: damage is said.</summary>
    public static CanLogReadOptions Reading(Shell shell, string path, bool skipDamage) =>
        skipDamage ? new() { SkipDamage = true, Damaged = e => shell.Say($"{path}: {e.Message}") } : new();

    /// <summary>A stream that lets a log begin when everybody listens.</summary>
    public IObservable<T> Begun<T>(IObservable<T> stream) => Bus is not ICanReplay replay ? stream : stream.Merge(Observable.Defer(() =>
    {
        replay.Resume();
        return Observable.Empty<T>();
    }));

    public void Dispose() => _opened.Dispose();
}
