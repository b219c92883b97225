using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reflection;
using RxCan.Bus;
using RxCan.IsoTp;
using RxCan.J1939;

namespace RxCan.Tests.Operators;

/// <summary>What RxCan makes from a bus runs on the bus's scheduler, however long the chain is.</summary>
public sealed class BusStreamTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, Func<ICanBus, object>> Streams = new()
    {
        ["CanObservable.Where"] = can => can.Where(CanFilter.Id(1)).Where(CanFilter.All).DistinctPayload().Where(CanFilter.Id(1)),
        ["CanObservable.DistinctPayload"] = can => can.Where(CanFilter.Id(1)).DistinctPayload(),
        ["CanObservable.MeasurePeriod"] = can => can.DistinctPayload().MeasurePeriod(),
        ["CanObservable.Signal"] = can => can.DistinctPayload().Signal(new(0, 8)),
        ["CanObservable.SignalWithFrame"] = can => can.SignalWithFrame(new(0, 8)),
        ["CanObservable.Signals"] = can => can.Signals(new CanSignal(0, 8)),
        ["CanObservable.SelectBounded"] = can => can.SelectBounded((frame, _) => Task.FromResult(frame), 1),
        ["CanObservable.SelectMany"] = can => can.SelectMany(frame => can.SendAsync(frame)),
        ["CanObservable.LatestById"] = can => can.LatestById(Second),
        ["CanObservable.BusLoad"] = can => can.BusLoad(500_000, Second),
        ["CanObservable.ObserveOnBounded"] = can => can.ObserveOnBounded(10),
        ["CanObservable.ObserveOnLatest"] = can => can.ObserveOnLatest(),
        ["CanObservable.SendTo"] = can => can.SendTo(can),
        ["CanObservable.Reconnect"] = can => can.Reconnect(),
        ["CanObservable.RestartOnBusOff"] = can => can.RestartOnBusOff(),
        ["CyclicExtensions.SendCyclic"] = can => can.SendCyclic(new CanFrame(1, []), Second),
        ["CyclicExtensions.Changes"] = can => can.Changes(CanFilter.Id(1)),
        ["CyclicExtensions.MultiplexedChanges"] = can => can.MultiplexedChanges(CanFilter.Id(1), [1], [[1]]),
        ["CyclicExtensions.Presence"] = can => can.Presence(1, Second),
        ["CyclicExtensions.AnswerRemote"] = can => can.AnswerRemote(new CanFrame(1, [])),
        ["ICanBus"] = can => can,
        ["ICanBus.Events"] = can => can.Events,
        ["IIsoTpSession"] = can => can.OpenIsoTp(0x7E0, 0x7E8),
        ["IIsoTpSession.Messages"] = can => can.OpenIsoTp(0x7E0, 0x7E8).Messages,
        ["IIsoTpSession.Progress"] = can => can.OpenIsoTp(0x7E0, 0x7E8).Progress,
        ["IIsoTpSession.Errors"] = can => can.OpenIsoTp(0x7E0, 0x7E8).Errors,
        ["IIsoTpSession.Request"] = can => can.OpenIsoTp(0x7E0, 0x7E8).Request([1]),
        ["IIsoTpSession.RequestMessages"] = can => can.OpenIsoTp(0x7E0, 0x7E8).RequestMessages([1]),
        ["IJ1939Node"] = can => can.OpenJ1939(0x80),
        ["IJ1939Node.Where"] = can => can.OpenJ1939(0x80).Where(J1939Filter.All),
        ["IJ1939Node.Errors"] = can => can.OpenJ1939(0x80).Errors,
        ["IJ1939Node.Request"] = can => can.OpenJ1939(0x80).Request(0xFEE5),
        ["IJ1939Node.AnswerRequest"] = can => can.OpenJ1939(0x80).AnswerRequest(0xFEE5, _ => default!),
        ["IJ1939Node.ClaimAddress"] = can => can.OpenJ1939(new J1939Name(1)).ClaimAddress(0x80),
    };

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly VirtualCanBus _bus;
    private readonly ICanBus _can;

    public BusStreamTests() => _can = (_bus = new(_time)).Connect();

    public void Dispose() => _can.Dispose();

    public static TheoryData<string> Names => [.. Streams.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_knows_its_bus(string name) => Assert.Same(_can, BusStream.BusOf(Streams[name](_can)));

    [Fact]
    public void Every_operator_has_a_case() => Assert.Equal(
        new[] { typeof(CanObservable), typeof(CyclicExtensions) }.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(method => method.ReturnType.GetGenericTypeDefinition() == typeof(IObservable<>))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Distinct().Order(),
        Streams.Keys.Where(name => !name.StartsWith('I')).Order());

    [Fact]
    public void Reconnect_behind_operators_polls_on_the_virtual_time_of_the_bus()
    {
        var got = new List<string>();
        using var frames = _can.Where(CanFilter.Id(1)).DistinctPayload().MeasurePeriod().Reconnect().Subscribe(m => got.Add($"{m.Frame}"));
        using var job = _can.SendCyclic(new CanFrame(2, []), 10 * Second).Reconnect().Subscribe(_ => got.Add("job"));
        _bus.Remove();
        _time.AdvanceBy(2.5 * Second);
        _bus.LinkUp();
        _time.AdvanceBy(Second);
        using var sender = _bus.Connect();
        sender.Send(new CanFrame(1, [1]));
        _time.AdvanceBy(TimeSpan.FromTicks(1));

        Assert.Equal(["job", "job", "001#01"], got);
    }
}
