using System.Reactive.Concurrency;
using System.Reflection;
using RxCan.Mqtt;
using RxCan.Mqtt.Remote;
using RxCan.Tests.Brokers;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Remote;

/// <summary>
/// The part of the contract of every bus that is about receiving, on remote buses. A remote bus has no own messages, and its interface is never
/// removed: the far end is there or not.
/// </summary>
public sealed class ReceiveContractTests
{
    public static TheoryData<string> ReceivePart { get; } =
    [
        nameof(BusContract.Frames_arrive_in_order_with_rising_timestamps),
        nameof(BusContract.Subscribers_get_only_what_they_asked_for),
        nameof(BusContract.A_subscriber_with_overlapping_filters_gets_each_frame_once),
        nameof(BusContract.The_filter_matrix_of_the_kernel_holds),
        nameof(BusContract.A_new_subscriber_costs_existing_subscribers_no_frames),
        nameof(BusContract.Error_frames_reach_only_streams_that_asked_for_their_class),
        nameof(BusContract.Events_report_errors_and_state_changes),
        nameof(BusContract.An_observer_that_throws_is_detached_and_the_others_continue),
        nameof(BusContract.Nothing_is_delivered_after_Dispose_returns_on_the_delivering_thread),
        nameof(BusContract.Subscribing_and_disposing_within_OnNext_is_safe),
        nameof(BusContract.Frames_from_many_threads_are_delivered_one_at_a_time_and_in_order_per_thread),
        nameof(BusContract.Disposing_the_bus_completes_its_streams),
        nameof(BusContract.The_bus_can_be_disposed_within_OnNext_and_no_frame_follows),
        nameof(BusContract.A_subscription_to_many_ids_begins_with_all_of_them_at_once),
        nameof(BusContract.Subscribing_and_disposing_from_four_threads_under_traffic_leaves_a_working_bus),
        nameof(BusContract.Invalid_arguments_are_rejected_immediately),
    ];

    [Theory]
    [MemberData(nameof(ReceivePart))]
    public async Task The_receive_part_of_the_bus_contract_holds(string test)
    {
        using var contract = new Contract();
        try
        {
            if (typeof(BusContract).GetMethod(test)!.Invoke(contract, null) is Task task)
                await task;
        }
        catch (TargetInvocationException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }

    [Theory]
    [MemberData(nameof(BusContract.Frames), MemberType = typeof(BusContract))]
    public void A_frame_arrives_as_it_was_sent(string text)
    {
        using var contract = new Contract();
        contract.A_frame_arrives_as_it_was_sent(text);
    }

    private sealed class Contract() : BusContract(new RemoteTestBus());

    /// <summary>Buses that receive over a broker in the process and send on the wire at its other end.</summary>
    private sealed class RemoteTestBus : TestBus
    {
        private const string Topic = "truck42/can0";
        private static readonly MqttLink Link = new("broker");

        private readonly VirtualCanBus _wire = new();
        private readonly TestBroker _broker = new(DefaultScheduler.Instance);
        private readonly ICanBus _gateway;
        private readonly IDisposable _uplink;

        public RemoteTestBus()
        {
            _gateway = _wire.Connect(new() { ErrorMask = CanErrorClass.All });
            _uplink = MqttUplinkExtensions.Publish(
                _gateway, _gateway, _broker, Link, Topic, new() { BatchTime = TimeSpan.FromMilliseconds(1) }, null).Subscribe(_ => { });
            Eventually.True(() => _broker.Retained(Topic + "/state") is not null, "the uplink is there");
        }

        public override string Name => "mqtt://broker/truck42/can0";

        public override ICanBus Open(CanBusOptions? options = null)
        {
            options ??= CanBusOptions.Default;
            var connects = _broker.Connects;
            var link = Link with { ClientId = $"near{connects}-{Guid.NewGuid():N}" };
            var bus = new TwoConnections(new RemoteBus(Name, _broker, link, Topic, MqttBusOptions.Default, options, DefaultScheduler.Instance), _wire.Connect(options));
            Eventually.True(() => _broker.Connects > connects, "the bus is connected");
            return bus;
        }

        public override void LinkDown() => _wire.LinkDown();

        public override void LinkUp() => _wire.LinkUp();

        public override void Remove() => throw new NotSupportedException();

        public override void Restore() => throw new NotSupportedException();

        public override void Dispose()
        {
            _uplink.Dispose();
            _gateway.Dispose();
            base.Dispose();
        }
    }
}
