using System.Globalization;
using System.Reactive.Concurrency;

namespace RxCan.Virtual;

/// <summary>
/// The name of a shared in-process bus, perhaps with settings: <c>virtual:bench?bitrate=500000&amp;loss=0.01&amp;seed=7</c>. They are the parameters of
/// <see cref="VirtualCanBus"/> and the properties of <see cref="CanFaultPlan"/>, in any case; <c>maxDelay</c> is in milliseconds.
/// </summary>
internal sealed record VirtualBusAddress
{
    private const string Known = "bitrate, dataBitrate, transmitQueueLength, loss, errors, duplicates, maxDelay, seed";

    private VirtualBusAddress(string bus) => Name = bus;

    /// <summary>The name without the settings.</summary>
    public string Name { get; }

    /// <summary>Whether the name has settings.</summary>
    public bool IsDetailed { get; private set; }

    private int? Bitrate { get; set; }

    private int? DataBitrate { get; set; }

    private int TransmitQueueLength { get; set; } = VirtualCanBus.DefaultTransmitQueueLength;

    private CanFaultPlan Faults { get; set; } = CanFaultPlan.None;

    /// <summary>Reads a name.</summary>
    /// <exception cref="ArgumentException">A setting is unknown, or its value is out of range.</exception>
    public static VirtualBusAddress Parse(string name)
    {
        if (name.IndexOf('?', StringComparison.Ordinal) is not (>= 0 and var end))
            return new(name);
        var address = new VirtualBusAddress(name[..end]);
        foreach (var setting in name[(end + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (key, value) = setting.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals ? (setting[..equals], setting[(equals + 1)..]) : (setting, "");
            try
            {
                address.Set(key, value);
            }
            catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
            {
                throw new ArgumentException($"{name}: '{setting}' cannot be used. {e.Message}", nameof(name), e);
            }
        }

        if (address is { Bitrate: null, DataBitrate: not null })
            throw new ArgumentException($"{name}: a bus with a dataBitrate needs a bitrate.", nameof(name));
        return address;
    }

    /// <summary>Makes the bus.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bit rate or the queue length is out of range.</exception>
    public VirtualCanBus Create() => Bitrate is { } bitrate
        ? new(bitrate, DataBitrate, TransmitQueueLength, DefaultScheduler.Instance) { Name = Name, Faults = Faults }
        : new(DefaultScheduler.Instance) { Name = Name, Faults = Faults };

    /// <summary>Whether that is the same bus with the same settings, or names none.</summary>
    public bool Fits(VirtualBusAddress created) => !IsDetailed || Equals(created);

    private void Set(string key, string value)
    {
        IsDetailed = true;
        switch (key.ToUpperInvariant())
        {
            case "BITRATE": Bitrate = Number<int>(); break;
            case "DATABITRATE": DataBitrate = Number<int>(); break;
            case "TRANSMITQUEUELENGTH": TransmitQueueLength = Number<int>(); break;
            case "LOSS": Faults = Faults with { Loss = Number<double>() }; break;
            case "ERRORS": Faults = Faults with { Errors = Number<double>() }; break;
            case "DUPLICATES": Faults = Faults with { Duplicates = Number<double>() }; break;
            case "MAXDELAY": Faults = Faults with { MaxDelay = TimeSpan.FromMilliseconds(Number<double>()) }; break;
            case "SEED": Faults = Faults with { Seed = Number<int>() }; break;
            default: throw new FormatException($"Known settings: {Known}.");
        }

        T Number<T>()
            where T : IParsable<T> => T.Parse(value, CultureInfo.InvariantCulture);
    }
}
