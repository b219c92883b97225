using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Text.Json;
using RxCan.Mqtt;
using RxCan.Mqtt.Outbox;
using RxCan.Mqtt.Transport;
using RxCan.Mqtt.Uplink;

namespace RxCan;

/// <summary>Publishes frames and values to an MQTT broker.</summary>
public static class MqttUplinkExtensions
{
    /// <summary>
    /// While subscribed, publishes a bus's frames in batches (QoS 1), with its link changes and losses, for remote buses (<see cref="MqttBus"/>).
    /// What the broker has not acknowledged waits in the outbox.
    /// </summary>
    /// <param name="can">The bus. Its error frames are published if it was opened with them.</param>
    /// <param name="link">How to reach the broker.</param>
    /// <param name="topic">The topic of this bus, such as <c>truck42/can0</c>. One uplink at a time may have it.</param>
    /// <param name="options">How to pack, keep and send; <see cref="MqttUplinkOptions.Default"/> if null.</param>
    /// <param name="scheduler">The clock, and where the work is done; the bus's if null.</param>
    /// <returns>
    /// A cold observable of what happens to the uplink. It ends as the frames do, when everything they had is acknowledged. Disposing it leaves
    /// in the outbox what the broker has not acknowledged. It fails with <see cref="IOException"/> if the outbox cannot be opened.
    /// </returns>
    /// <exception cref="ArgumentException">The topic is not one to publish to.</exception>
    public static IObservable<MqttUplinkEvent> PublishTo(
        this ICanBus can, MqttLink link, string topic, MqttUplinkOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(link);
        return Publish(can, can, new MqttNetTransport(link), link, topic, options, scheduler ?? can.Scheduler);
    }

    /// <summary>As for a bus, for any stream of frames. It cannot send, so <see cref="MqttUplinkOptions.AllowSend"/> must be null.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="link">How to reach the broker.</param>
    /// <param name="topic">The topic of these frames, such as <c>truck42/can0</c>. One uplink at a time may have it.</param>
    /// <param name="options">How to pack, keep and send; <see cref="MqttUplinkOptions.Default"/> if null.</param>
    /// <param name="scheduler">The clock, and where the work is done; <see cref="DefaultScheduler"/> if null.</param>
    /// <returns>As for a bus.</returns>
    /// <exception cref="ArgumentException">The topic is not one to publish to, or the options allow to send.</exception>
    public static IObservable<MqttUplinkEvent> PublishTo(
        this IObservable<CanFrame> frames, MqttLink link, string topic, MqttUplinkOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(link);
        if (options?.AllowSend is not null)
            throw new ArgumentException("Only a bus can send: call PublishTo on the bus, or leave AllowSend out.", nameof(options));
        return Publish(frames, null, new MqttNetTransport(link), link, topic, options, scheduler);
    }

    /// <summary>While subscribed, publishes a signal as JSON, each value as a message such as <c>{"time":"2026-01-01T12:00:00+00:00","value":42.5}</c>.</summary>
    /// <param name="signal">The values.</param>
    /// <param name="link">How to reach the broker.</param>
    /// <param name="topic">The topic, such as <c>truck42/signals/EngineSpeed</c>.</param>
    /// <param name="options">How to keep and send; <see cref="MqttUplinkOptions.Default"/> if null. Values are not packed.</param>
    /// <param name="scheduler">The clock, and where the work is done; <see cref="DefaultScheduler"/> if null.</param>
    /// <returns>As for frames.</returns>
    /// <exception cref="ArgumentException">The topic is not one to publish to.</exception>
    public static IObservable<MqttUplinkEvent> PublishTo(
        this IObservable<double> signal, MqttLink link, string topic, MqttUplinkOptions? options = null, IScheduler? scheduler = null) =>
        signal.PublishJsonTo(
            link,
            topic,
            static (writer, value) =>
            {
                writer.WritePropertyName("value");
                if (double.IsFinite(value))
                    writer.WriteNumberValue(value);
                else
                    writer.WriteNullValue();
            },
            options,
            scheduler);

    /// <summary>While subscribed, publishes values, such as decoded messages, as JSON objects, each as a message.</summary>
    /// <param name="values">The values.</param>
    /// <param name="link">How to reach the broker.</param>
    /// <param name="topic">The topic, such as <c>truck42/messages</c>.</param>
    /// <param name="write">Writes a value's members into the object, which already has the member <c>time</c>.</param>
    /// <param name="options">How to keep and send; <see cref="MqttUplinkOptions.Default"/> if null. Values are not packed.</param>
    /// <param name="scheduler">The clock, and where the work is done; <see cref="DefaultScheduler"/> if null.</param>
    /// <returns>As for frames.</returns>
    /// <exception cref="ArgumentException">The topic is not one to publish to.</exception>
    public static IObservable<MqttUplinkEvent> PublishJsonTo<T>(
        this IObservable<T> values, MqttLink link, string topic, Action<Utf8JsonWriter, T> write, MqttUplinkOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(write);
        return Publish(values, new MqttNetTransport(link), link, topic, write, options, scheduler);
    }

    internal static IObservable<MqttUplinkEvent> Publish(
        IObservable<CanFrame> frames, ICanBus? bus, IMqttTransport transport, MqttLink link, string topic, MqttUplinkOptions? options, IScheduler? scheduler,
        IOutboxFiles? files = null)
    {
        Check(topic, scheduler);
        return Observable.Create<MqttUplinkEvent>(observer =>
        {
            try
            {
                var uplink = new FrameUplink(transport, link, topic, options ?? MqttUplinkOptions.Default, bus, scheduler ?? DefaultScheduler.Instance, observer, files);
                uplink.Start(frames);
                return uplink;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                observer.OnError(e); // the outbox
                return Disposable.Empty;
            }
        });
    }

    internal static IObservable<MqttUplinkEvent> Publish<T>(
        IObservable<T> values, IMqttTransport transport, MqttLink link, string topic, Action<Utf8JsonWriter, T> write, MqttUplinkOptions? options,
        IScheduler? scheduler)
    {
        Check(topic, scheduler);
        return Observable.Create<MqttUplinkEvent>(observer =>
        {
            try
            {
                var uplink = new ValueUplink<T>(transport, link, topic, write, options ?? MqttUplinkOptions.Default, scheduler ?? DefaultScheduler.Instance, observer);
                uplink.Start(values);
                return uplink;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                observer.OnError(e); // the outbox
                return Disposable.Empty;
            }
        });
    }

    private static void Check(string topic, IScheduler? scheduler)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (MqttLink.TopicProblem(topic) is { } problem)
            throw new ArgumentException($"'{topic}': {problem}", nameof(topic));
        if (scheduler is ImmediateScheduler or CurrentThreadScheduler)
            throw new ArgumentException($"{scheduler.GetType().Name} acts within the call that schedules. Use DefaultScheduler.Instance.", nameof(scheduler));
    }
}
