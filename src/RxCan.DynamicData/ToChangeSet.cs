using System.Reactive.Concurrency;
using System.Reactive.Linq;
using DynamicData;
using RxCan.Links;

namespace RxCan;

/// <summary>Tables of what is on a bus, as DynamicData change sets to bind a user interface to.</summary>
public static class CanChangeSet
{
    /// <summary>
    /// A row for each identifier with data frames: last frame, count, period with jitter, changed bytes. A row is added at the tick after
    /// its first frame, updated in place at each tick after further frames, goes stale and leaves. The display pays per tick, not per
    /// frame.
    /// </summary>
    /// <remarks>
    /// <para>Rows change on the scheduler: pass the user interface's (<c>DispatcherScheduler</c>, <c>SynchronizationContextScheduler</c>),
    /// and you need no <c>ObserveOn</c>. There is a change set for each tick that changed something.</para>
    /// <para><see cref="System.ComponentModel.INotifyPropertyChanged"/> announces a row that changed in place, and so does a
    /// <see cref="ChangeReason.Refresh"/>, at which filters, groups and sorted lists check it again. A list sorted by what does not change
    /// (<see cref="CanRow.ById"/>) needs no refresh: put <c>SuppressRefresh()</c> before <c>SortAndBind</c>, which otherwise reloads the
    /// list at each tick with more than 25 changes (its <c>ResetThreshold</c>).</para>
    /// <para>Remote frames, which have the identifier of the data they ask for, and error frames have no rows: see
    /// <see cref="ICanBus.Events"/> for the latter. Frames of several interfaces share rows: to separate them, filter by
    /// <see cref="CanFrame.Interface"/> first. A row that left returns as a new one.</para>
    /// <para>Each subscription has its own rows; <c>AsObservableCache()</c> shares them. It ends when the frames end, and the rows then
    /// stay.</para>
    /// </remarks>
    /// <param name="frames">The frames, such as a bus.</param>
    /// <param name="options">Ticks and times; <see cref="CanRowOptions.Default"/> if null.</param>
    /// <param name="scheduler">Runs the ticks. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentException"><see cref="CanRowOptions.LeaveAfter"/> is less than <see cref="CanRowOptions.StaleAfter"/>.</exception>
    public static IObservable<IChangeSet<CanRow, CanId>> ToChangeSet(
        this IObservable<CanFrame> frames, CanRowOptions? options = null, IScheduler? scheduler = null)
    {
        options ??= CanRowOptions.Default;
        if (options.LeaveAfter < options.StaleAfter)
        {
            throw new ArgumentException(
                $"LeaveAfter ({options.LeaveAfter}) must not be less than StaleAfter ({options.StaleAfter}): set both.", nameof(options));
        }

        var latest = frames.LatestById(options.Tick, options.LeaveAfter, scheduler);
        return Observable.Defer(() => latest.Select(new CanRows(options.StaleTicks).Update)).Where(changes => changes.Count > 0);
    }

    /// <summary>
    /// A row for each signal, from the tick after the first frame that holds it, with the value in the last frame. Everything else is as in
    /// <see cref="ToChangeSet(IObservable{CanFrame}, CanRowOptions?, IScheduler?)"/>; a bus receives only the signals' identifiers.
    /// </summary>
    /// <param name="frames">The frames, such as a bus.</param>
    /// <param name="signals">The signals; their names are the keys.</param>
    /// <param name="options">Ticks and times; <see cref="CanRowOptions.Default"/> if null.</param>
    /// <param name="scheduler">Runs the ticks. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentException">
    /// There are no signals, two have the same name, or <see cref="CanRowOptions.LeaveAfter"/> is less than
    /// <see cref="CanRowOptions.StaleAfter"/>.
    /// </exception>
    public static IObservable<IChangeSet<CanSignalRow, string>> ToChangeSet(
        this IObservable<CanFrame> frames, IEnumerable<NamedSignal> signals, CanRowOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(signals);
        NamedSignal[] all = [.. signals];
        if (all.GroupBy(signal => signal.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"There are {twice.Count()} signals named {twice.Key}: names are keys and must be unique.", nameof(signals));
        if (all.Length == 0)
            throw new ArgumentException("There are no signals: pass at least one.", nameof(signals));
        var byId = all.ToLookup(signal => signal.Id);
        var filter = CanFilter.Ids([.. byId.Select(ofOne => ofOne.Key)]);
        var rows = frames.Where(filter).ToChangeSet(options, scheduler);
        return Observable.Defer(() => rows.Select(new CanSignalRows(byId).Update)).Where(changes => changes.Count > 0);
    }

    /// <summary>
    /// The CAN interfaces of this machine by name, from <see cref="CanLinks.Watch"/>: the existing ones, then their changes. A renamed
    /// interface is removed and added.
    /// </summary>
    /// <remarks>
    /// Changes come on the watch's own thread: put <c>ObserveOn</c> before you bind a user interface. Each subscription has its own
    /// watch; <c>AsObservableCache()</c> shares one.
    /// </remarks>
    /// <param name="links">The changes of the interfaces.</param>
    public static IObservable<IChangeSet<CanLink, string>> ToChangeSet(this IObservable<CanLinkChange> links)
    {
        ArgumentNullException.ThrowIfNull(links);
        return links.Select(Changes);

        static IChangeSet<CanLink, string> Changes(CanLinkChange change)
        {
            var (kind, link, previous) = change;
            var changes = new ChangeSet<CanLink, string>(2);
            if (kind == CanLinkChangeKind.Removed)
            {
                changes.Add(new(ChangeReason.Remove, link.Name, link));
            }
            else if (previous?.Name == link.Name)
            {
                changes.Add(new(ChangeReason.Update, link.Name, link, previous));
            }
            else
            {
                if (previous is not null)
                    changes.Add(new(ChangeReason.Remove, previous.Name, previous));
                changes.Add(new(ChangeReason.Add, link.Name, link));
            }

            return changes;
        }
    }
}
