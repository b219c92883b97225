using System.Reactive.Concurrency;
using System.Text.Json;
using RxCan.Mqtt.Transport;

namespace RxCan.Mqtt.Uplink;

/// <summary>Publishes values as JSON, each as a message.</summary>
internal sealed class ValueUplink<T> : IObserver<T>, IUplinkSource, IDisposable
{
    private readonly Action<Utf8JsonWriter, T> _write;
    private readonly IScheduler _scheduler;
    private readonly Uplink _uplink;
    private IDisposable? _subscription;

    public ValueUplink(
        IMqttTransport transport, MqttLink link, string topic, Action<Utf8JsonWriter, T> write, MqttUplinkOptions options, IScheduler scheduler,
        IObserver<MqttUplinkEvent> observer)
    {
        (_write, _scheduler) = (write, scheduler);
        _uplink = new(transport, link, topic, options, scheduler, observer, this);
    }

    public (MqttPublication Online, MqttPublication Offline)? Presence => null;

    public IReadOnlyList<string> Topics => [];

    public void Start(IObservable<T> values)
    {
        _uplink.Start();
        _subscription = values.Subscribe(this);
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _uplink.Dispose();
    }

    public void OnNext(T value) => _uplink.Enqueue(Json.Write(writer =>
    {
        writer.WriteString("time", _scheduler.Now);
        _write(writer, value);
    }), 1);

    public void OnError(Exception error) => _uplink.Finish(error);

    public void OnCompleted() => _uplink.Finish(null);

    public void Received(in MqttDelivery delivery)
    {
    }
}
