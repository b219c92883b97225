using System.Reactive.Concurrency;
using RxCan.Mqtt.Remote;
using RxCan.Mqtt.Transport;

namespace RxCan.Mqtt;

/// <summary>Remote buses: what an uplink publishes at one end of a broker is an <see cref="ICanBus"/> at the other.</summary>
public static class MqttBus
{
    /// <summary>
    /// Registers the schemes <c>mqtt</c> and <c>mqtts</c>, so that <c>CanBus.Open("mqtt://broker/truck42/can0")</c> opens a remote bus.
    /// </summary>
    /// <param name="configure">Completes the link that a name describes, with user, password and certificates for example.</param>
    /// <param name="options">How remote buses behave; <see cref="MqttBusOptions.Default"/> if null.</param>
    /// <returns>A disposable that removes the registration. Buses that are open stay open.</returns>
    /// <exception cref="ArgumentException">One of the schemes is already registered.</exception>
    public static IDisposable Register(Func<MqttLink, MqttLink>? configure = null, MqttBusOptions? options = null)
    {
        var plain = CanBus.Register("mqtt", Open);
        try
        {
            return new System.Reactive.Disposables.CompositeDisposable(plain, CanBus.Register("mqtts", Open));
        }
        catch (ArgumentException)
        {
            plain.Dispose();
            throw;
        }

        ICanBus Open(string name, CanBusOptions busOptions)
        {
            var (link, topic) = MqttLink.Parse(name);
            link = configure?.Invoke(link) ?? link;
            return new RemoteBus(name, new MqttNetTransport(link), link, topic, options ?? MqttBusOptions.Default, busOptions, DefaultScheduler.Instance);
        }
    }

    /// <summary>Opens a remote bus, without a registration. It is there at once, and connects in the background.</summary>
    /// <param name="link">How to reach the broker.</param>
    /// <param name="topic">The topic of the uplink, such as <c>truck42/can0</c>.</param>
    /// <param name="options">How it behaves; <see cref="MqttBusOptions.Default"/> if null.</param>
    /// <param name="busOptions">How it is opened; <see cref="CanBusOptions.Default"/> if null.</param>
    /// <param name="scheduler">The clock, and where frames are delivered; <see cref="DefaultScheduler"/> if null.</param>
    /// <exception cref="ArgumentException">The topic is not one of an uplink.</exception>
    public static ICanBus Open(MqttLink link, string topic, MqttBusOptions? options = null, CanBusOptions? busOptions = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(topic);
        if (MqttLink.TopicProblem(topic) is { } problem)
            throw new ArgumentException($"'{topic}': {problem}", nameof(topic));
        return new RemoteBus(
            $"{link}/{topic}", new MqttNetTransport(link), link, topic, options ?? MqttBusOptions.Default, busOptions ?? CanBusOptions.Default,
            scheduler ?? DefaultScheduler.Instance);
    }
}
