using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace RxCan.Tests.Bus;

public sealed class FilterChangeTests
{
    [Fact]
    public void A_subscription_that_ends_in_OnNext_does_not_hold_up_frames_until_the_bus_has_its_new_filter()
    {
        using var bus = new SlowBus();
        using var other = bus.Where(CanFilter.Id(2)).Record();
        using var first = bus.Where(CanFilter.Id(1)).Take(1).Record();

        bus.Receive(new CanFrame(1, []));
        bus.Receive(new CanFrame(2, []));
        Assert.Single(first.Values);
        Assert.Single(other.Values);
        Assert.Equal(2, bus.Applied.Count); // a slow kernel still has the filter of both

        bus.Go.Set();
        Eventually.True(() => bus.Applied.Count == 3, "the bus has the filter of the one that is left");
        Assert.Equal(CanFilter.Id(2), bus.Applied[2]);
    }

    /// <summary>A bus whose kernel takes its time to change a filter once there are two.</summary>
    private sealed class SlowBus() : CanBusBase("slow", CanBusOptions.Default, DefaultScheduler.Instance)
    {
        private CanConnection? _connection;
        private bool _isDelivering;
        private readonly List<CanFilter> _applied = [];

        public ManualResetEventSlim Go { get; } = new();

        public IReadOnlyList<CanFilter> Applied
        {
            get
            {
                lock (_applied)
                    return [.. _applied];
            }
        }

        private protected override bool IsDelivering => _isDelivering;

        public void Receive(in CanFrame frame)
        {
            _isDelivering = true;
            _connection!.Receive(frame);
            _isDelivering = false;
        }

        public override void Send(in CanFrame frame) => throw new NotSupportedException();

        public override ValueTask SendAsync(CanFrame frame, TimeSpan? timeout, IScheduler? scheduler, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected internal override void Connect(CanConnection connection) => _connection = connection;

        protected override void Apply(CanFilter filter, CanErrorClass errors)
        {
            if (Applied.Count == 2)
                Go.Wait(TimeSpan.FromMinutes(1));
            lock (_applied)
                _applied.Add(filter);
        }

        protected internal override void Idle(CanConnection connection)
        {
        }

        protected internal override void Close(CanConnection? connection) => Go.Set();
    }
}
