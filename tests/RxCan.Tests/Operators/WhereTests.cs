using System.Reactive.Concurrency;
using System.Reactive.Linq;
using CsCheck;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Operators;

public sealed class WhereTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void On_a_bus_it_narrows_the_frames_received(bool twice)
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        // room for one frame: receiving an unwanted frame would cost the wanted one
        using var can = bus.Connect(new() { ReceiveBufferSize = 1 });
        IObservable<CanFrame> frames = can;
        if (twice)
            frames = can.Where(CanFilter.Range(0x100, 0x1FF));
        var received = new List<CanFrame>();
        using var subscription = frames.Where(CanFilter.Id(0x123)).Subscribe(received.Add);

        sender.Send(new(0x124, []));
        sender.Send(new(0x123, []));
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal([new(0x123, [])], received);
    }

    [Fact]
    public void After_another_operator_it_passes_the_frames_that_match() =>
        Gen.Select(Cases.Id, Gen.OneOf(Cases.Classic, Cases.Fd).Array[0, 20]).Sample((id, frames) =>
        {
            var filter = CanFilter.Id(id) | CanFilter.Range(0x000, 0x3FF) | CanFilter.Mask(0x8000_0001, 0x8000_0001);
            return frames.ToObservable().Where(filter).ToArray().Wait().SequenceEqual(frames.Where(f => filter.Matches(f)));
        });

    [Fact]
    public void Arguments_are_validated_immediately()
    {
        Assert.Throws<ArgumentNullException>(() => Observable.Empty<CanFrame>().Where((CanFilter)null!));
        Assert.Throws<ArgumentNullException>(() => ((IObservable<CanFrame>)null!).Where(CanFilter.All));
    }
}
