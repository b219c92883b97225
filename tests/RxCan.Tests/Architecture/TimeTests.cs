using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reflection;
using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Links;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Architecture;

/// <summary>What holds for every public member that takes a time or a scheduler. A new one fails here until it has a case.</summary>
[Trait("Length", "Long")]
public sealed class TimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly byte[] Long = new byte[100];

    // Each uses a time on a bus, and returns what may fail later.
    private static readonly Dictionary<string, Func<ICanBus, ICanBus, TimeSpan, IObservable<object>>> Times = new()
    {
        ["CanBusBase.SendAsync"] = (can, _, time) => Sent(can, time),
        ["ICanBus.SendAsync"] = (can, _, time) => Sent(can, time),
        ["CanFaultPlan.MaxDelay"] = (can, _, time) => Late(can, time),
        ["CanLinks.Watch"] = (_, _, time) => OnlyChecks(CanLinks.Watch(time)),
        ["CanObservable.BusLoad"] = (can, _, time) => Of(can.BusLoad(500_000, time)),
        ["CanObservable.LatestById"] = (can, _, time) => Of(can.LatestById(time)).Merge(Of(can.LatestById(Second, time))).Merge(Of(can.LatestById(time, Second))),
        ["CanObservable.SendTo"] = (can, peer, time) => Of(peer.SendTo(can, time)),
        ["CanObservable.Reconnect"] = (can, _, time) => Of(Gone().Reconnect(time, can.Scheduler)),
        ["CanRestartOptions.Delay"] = (can, _, time) => Of(can.RestartOnBusOff(new() { Delay = time, MaxDelay = TimeSpan.MaxValue })),
        ["CanRestartOptions.MaxDelay"] = (can, _, time) => Of(can.RestartOnBusOff(new() { Delay = TimeSpan.Zero, MaxDelay = time, Restart = () => throw new IOException() })),
        ["CanSendOptions.MaxAge"] = (can, peer, time) => Of(peer.SendTo(can, new CanSendOptions { MaxAge = time })),
        ["ChangesOptions.Throttle"] = (can, _, time) => Of(can.Changes(CanFilter.All, options: new() { Throttle = time })),
        ["CyclicExtensions.Presence"] = (can, _, time) => Of(can.Presence(1, time)),
        ["CyclicExtensions.SendCyclic"] = (can, _, time) => Of(can.SendCyclic(new CanFrame(1, []), time))
            .Merge(Of(can.SendCyclic([new CanFrame(1, [])], time)))
            .Merge(Of(Observable.Return(new CanFrame(1, [])).Concat(Observable.Never<CanFrame>()).SendCyclic(can, time)))
            .Merge(Of(Observable.Return<IReadOnlyList<CanFrame>>([new CanFrame(1, [])]).Concat(Observable.Never<IReadOnlyList<CanFrame>>()).SendCyclic(can, time))),
        ["CyclicOptions.SecondPeriod"] = (can, _, time) => Of(can.SendCyclic(new CanFrame(1, []), Second / 100, new() { Count = 2, SecondPeriod = time })),
        ["IsoTpOptions.STmin"] = (can, peer, time) => Transfer(can, peer, new() { STmin = time }),
        ["IsoTpOptions.NAs"] = (can, peer, time) => Transfer(can, peer, new() { NAs = time }),
        ["IsoTpOptions.NAr"] = (can, peer, time) => Transfer(can, peer, new() { NAr = time }),
        ["IsoTpOptions.NBs"] = (can, peer, time) => Transfer(can, peer, new() { NBs = time }),
        ["IsoTpOptions.NBr"] = (can, peer, time) => Transfer(can, peer, new() { NBr = time }),
        ["IsoTpOptions.NCs"] = (can, peer, time) => Transfer(can, peer, new() { NCs = time }),
        ["IsoTpOptions.NCr"] = (can, peer, time) => Transfer(can, peer, new() { NCr = time }),
        ["IsoTpRequestOptions.P2"] = (can, _, time) => Request(can, new() { P2 = time }),
        ["IsoTpRequestOptions.P2Star"] = (can, _, time) => Request(can, new() { P2Star = time }),
        ["IsoTpRequestOptions.Gather"] = (can, _, time) => Request(can, new() { Gather = time }),
        ["IsoTpRequestOptions.LateWindow"] = (can, _, time) => Request(can, new() { LateWindow = time }),
        ["IJ1939Node.Request"] = (can, _, time) => Of(can.OpenJ1939(0x80).Request(0xFEE5, 0x20, time)),
        ["J1939Options.BamSpacing"] = (can, _, time) => OnlyChecks(new J1939Options { BamSpacing = time }),
        ["CanLinkSettings.RestartDelay"] = (_, _, time) => OnlyChecks(new CanLinkSettings { RestartDelay = time }),
    };

    // Each takes a scheduler.
    private static readonly Dictionary<string, Action<ICanBus, IScheduler>> Schedulers = new()
    {
        ["CanBusBase.SendAsync"] = (can, scheduler) => ((CanBusBase)can).SendAsync(default, null, scheduler).AsTask(),
        ["ICanBus.SendAsync"] = (can, scheduler) => can.SendAsync(default, null, scheduler).AsTask(),
        ["CanBusBase..ctor"] = (_, scheduler) => new QuietBus(scheduler).Dispose(),
        ["VirtualCanBus..ctor"] = (can, scheduler) => _ = (Assert.Throws<ArgumentException>(() => new VirtualCanBus(500_000, scheduler: scheduler)), new VirtualCanBus(scheduler)),
        ["CanLinks.Watch"] = (_, scheduler) => CanLinks.Watch(Second, scheduler),
        ["CanObservable.BusLoad"] = (can, scheduler) => can.BusLoad(1, Second, scheduler: scheduler),
        ["CanObservable.LatestById"] = (can, scheduler) => _ = (Assert.Throws<ArgumentException>(() => can.LatestById(Second, scheduler)), can.LatestById(Second, Second, scheduler)),
        ["CanObservable.ObserveOnBounded"] = (can, scheduler) => can.ObserveOnBounded(1, scheduler: scheduler),
        ["CanObservable.ObserveOnLatest"] = (can, scheduler) => can.ObserveOnLatest(scheduler),
        ["CanObservable.SelectBounded"] = (can, scheduler) => can.SelectBounded((f, _) => Task.FromResult(f), 1, scheduler: scheduler),
        ["CanObservable.SendTo"] = (can, scheduler) => _ = (
            Assert.Throws<ArgumentException>(() => can.SendTo(can, Second, scheduler)), can.SendTo(can, CanSendOptions.Default, scheduler)),
        ["CanObservable.ToAsyncEnumerable"] = (can, scheduler) => can.ToAsyncEnumerable(1, scheduler: scheduler),
        ["CanObservable.Reconnect"] = (can, scheduler) => can.Reconnect(null, scheduler),
        ["CanObservable.RestartOnBusOff"] = (can, scheduler) => can.RestartOnBusOff(null, scheduler),
        ["CyclicExtensions.Changes"] = (can, scheduler) => can.Changes(CanFilter.All, scheduler: scheduler),
        ["CyclicExtensions.MultiplexedChanges"] = (can, scheduler) => can.MultiplexedChanges(CanFilter.All, [1], [[1]], scheduler: scheduler),
        ["CyclicExtensions.Presence"] = (can, scheduler) => can.Presence(1, Second, scheduler),
        ["CyclicExtensions.SendCyclic"] = (can, scheduler) => _ = (
            Assert.Throws<ArgumentException>(() => can.SendCyclic(new CanFrame(1, []), Second, null, scheduler)),
            Assert.Throws<ArgumentException>(() => can.SendCyclic([new CanFrame(1, [])], Second, null, scheduler)),
            Assert.Throws<ArgumentException>(() => Observable.Never<CanFrame>().SendCyclic(can, Second, null, scheduler)),
            Observable.Never<IReadOnlyList<CanFrame>>().SendCyclic(can, Second, null, scheduler)),
        ["IsoTpOptions.Scheduler"] = (can, scheduler) => _ = new IsoTpOptions { Scheduler = scheduler },
        ["J1939Options.Scheduler"] = (can, scheduler) => _ = new J1939Options { Scheduler = scheduler },
        ["IJ1939Node.Request"] = (can, scheduler) => can.OpenJ1939(0x80).Request(0xFEE5, scheduler: scheduler),
    };

    [Fact]
    public void Every_public_member_that_takes_a_time_has_a_case() => Assert.Equal(Times.Keys.Order(), MembersThatTake(typeof(TimeSpan)));

    [Fact]
    public void Every_public_member_that_takes_a_scheduler_has_a_case() => Assert.Equal(Schedulers.Keys.Order(), MembersThatTake(typeof(IScheduler)));

    public static TheoryData<string> MembersWithTimes => [.. Times.Keys];

    public static TheoryData<string> MembersWithSchedulers => [.. Schedulers.Keys];

    [Theory]
    [MemberData(nameof(MembersWithTimes))]
    public void A_time_is_refused_at_once_or_kept_however_long_it_is(string member)
    {
        foreach (var days in (double[])[double.NegativeInfinity, -60, -1, -1e-9, 0, 1, 24, 25, 49, 50, 60, 400, 401, 100_000, double.PositiveInfinity])
        {
            var time = double.IsInfinity(days) ? (days > 0 ? TimeSpan.MaxValue : TimeSpan.MinValue) : TimeSpan.FromDays(days);
            var clock = new SystemLikeScheduler();
            var bus = new VirtualCanBus(clock);
            using var can = bus.Connect();
            using var peer = bus.Connect();
            Exception? error = null;
            try
            {
                using var use = Times[member](can, peer, time).Subscribe(_ => { }, e => error = e);
                for (var i = 0; i < 3; i++)
                {
                    peer.Send(new CanFrame(1, [(byte)i]));
                    peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
                    clock.AdvanceBy(Second);
                }

                clock.AdvanceBy(TimeSpan.FromDays(1));
            }
            catch (ArgumentOutOfRangeException e) when (e.ActualValue is TimeSpan refused && refused == time)
            {
            }

            Assert.True(error is null or CanBusException or TimeoutException, $"{time}: {error}");
        }
    }

    [Theory]
    [MemberData(nameof(MembersWithSchedulers))]
    public void A_scheduler_that_acts_within_the_call_that_schedules_is_refused(string member)
    {
        using var can = new VirtualCanBus(new HistoricalScheduler()).Connect();
        foreach (var scheduler in (IScheduler[])[ImmediateScheduler.Instance, CurrentThreadScheduler.Instance])
        {
            var refused = Assert.Throws<ArgumentException>(() => Schedulers[member](can, scheduler));
            Assert.StartsWith($"{scheduler.GetType().Name} acts, and waits, within the call that schedules. Use DefaultScheduler", refused.Message, StringComparison.Ordinal);
        }
    }

    // Records of what was measured take times from the library only.
    private static IEnumerable<string> MembersThatTake(Type type)
    {
        return (from owner in typeof(ICanBus).Assembly.GetExportedTypes()
                where owner != typeof(CanBusLoad) && owner != typeof(CanRestart) && owner != typeof(FramePeriod) && owner != typeof(CanController)
                from member in owner.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                where member switch
                {
                    PropertyInfo property => property.SetMethod is { IsPublic: true } && Is(property.PropertyType),
                    MethodBase method => (method.IsPublic || method.IsFamily) && (!method.IsSpecialName || method.IsConstructor) &&
                        method.GetParameters().Any(parameter => Is(parameter.ParameterType)),
                    _ => false,
                }
                select $"{owner.Name}.{member.Name}").Distinct().Order();

        bool Is(Type used) => (Nullable.GetUnderlyingType(used) ?? used) == type;
    }

    private static IObservable<object> Of<T>(IObservable<T> stream) => stream.Select(item => (object)item!);

    private static IObservable<object> OnlyChecks(object checkedAtOnce) => Observable.Return(checkedAtOnce);

    private static IObservable<Unit> Gone() => Observable.Throw<Unit>(new CanInterfaceNotFoundException("can0", "gone"));

    private static IObservable<object> Sent(ICanBus can, TimeSpan time)
    {
        var sender = new VirtualCanBus(10_000, transmitQueueLength: 0, scheduler: can.Scheduler).Connect();
        sender.Send(new CanFrame(1, []));
        var sent = sender.SendAsync(new CanFrame(1, []), time).AsTask();
        return Observable.FromAsync(() => sent).Select(done => (object)done);
    }

    private static IObservable<object> Late(ICanBus can, TimeSpan time)
    {
        var bus = new VirtualCanBus(can.Scheduler) { Faults = new() { MaxDelay = time } };
        var (sender, receiver) = (bus.Connect(), bus.Connect());
        return Of(receiver).Merge(Of(can.Do(frame => sender.Send(frame))));
    }

    private static IObservable<object> Transfer(ICanBus can, ICanBus peer, IsoTpOptions options)
    {
        var (session, other) = (can.OpenIsoTp(0x7E0, 0x7E8, options), peer.OpenIsoTp(0x7E8, 0x7E0, options));
        session.Send(Long);
        other.Send(Long);
        return Of(session).Merge(Of(other)).Merge(Of(session.Errors)).Merge(Of(other.Errors));
    }

    private static IObservable<object> Request(ICanBus can, IsoTpRequestOptions options)
    {
        var session = can.OpenIsoTp(0x7E0, 0x7E8);
        return Of(session.Request([1], options)).Merge(Of(session.Request([1], options)));
    }

    private sealed class QuietBus(IScheduler scheduler) : CanBusBase("quiet", CanBusOptions.Default, scheduler)
    {
        public override void Send(in CanFrame frame)
        {
        }

        public override ValueTask SendAsync(CanFrame frame, TimeSpan? timeout, IScheduler? scheduler, CancellationToken cancellationToken) => default;

        protected internal override void Connect(CanConnection connection)
        {
        }

        protected override void Apply(CanFilter filter, CanErrorClass errors)
        {
        }

        protected internal override void Idle(CanConnection connection)
        {
        }

        protected internal override void Close(CanConnection? connection)
        {
        }
    }
}
