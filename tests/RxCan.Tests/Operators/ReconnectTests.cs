using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Tests.Operators;

public sealed class ReconnectTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly List<string> _got = [];

    [Fact]
    public void Frames_resume_within_a_poll_after_the_interface_returns()
    {
        var bus = new VirtualCanBus(_time);
        using var can = bus.Connect();
        using var frames = can.Where(CanFilter.Id(1)).Reconnect(TimeSpan.FromMilliseconds(100)).Subscribe(Got, Failed, () => _got.Add("completed"));
        Send(bus, 1);

        bus.Remove();
        _time.AdvanceBy(TimeSpan.FromSeconds(10));
        bus.LinkUp();
        Send(bus, 2); // no subscriber yet
        _time.AdvanceBy(TimeSpan.FromMilliseconds(100));
        Send(bus, 3);

        Assert.Equal(["001#01", "001#03"], _got);
        can.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        Assert.Equal("completed", _got[^1]);
    }

    [Fact]
    public void It_tries_once_per_poll_and_stops_after_disposal()
    {
        var tries = new List<double>();
        var source = Observable.Defer(() =>
        {
            tries.Add((_time.Now - DateTimeOffset.UnixEpoch).TotalSeconds);
            return Observable.Throw<int>(new CanInterfaceNotFoundException("can0", "gone"));
        });
        var subscription = source.Reconnect(scheduler: _time).Subscribe(_ => { }, Failed);
        _time.AdvanceBy(TimeSpan.FromSeconds(3.5));

        subscription.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(10));

        Assert.Equal([0, 1, 2, 3], tries);
        Assert.Empty(_got);
    }

    [Fact]
    public void Other_errors_and_completion_pass_through()
    {
        using var source = new Subject<int>();
        source.Reconnect(scheduler: _time).Subscribe(_ => { }, Failed, () => _got.Add("completed"));
        source.OnError(new CanPermissionException("can0", "no"));
        Observable.Empty<int>().Reconnect(scheduler: _time).Subscribe(_ => { }, Failed, () => _got.Add("completed"));
        _time.AdvanceBy(TimeSpan.FromSeconds(10));

        Assert.Equal(["no", "completed"], _got);
    }

    [Fact]
    public void Arguments_are_validated_immediately()
    {
        Assert.Throws<ArgumentNullException>(() => CanObservable.Reconnect<int>(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Observable.Never<int>().Reconnect(TimeSpan.Zero));
    }

    private void Got(CanFrame frame) => _got.Add($"{frame}");

    private void Failed(Exception error) => _got.Add(error.Message);

    private void Send(VirtualCanBus bus, byte value)
    {
        using var sender = bus.Connect();
        sender.Send(new CanFrame(1, [value]));
        sender.Send(new CanFrame(2, [value]));
        _time.AdvanceBy(TimeSpan.FromTicks(1));
    }
}
