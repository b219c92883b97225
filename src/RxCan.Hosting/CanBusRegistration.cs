using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RxCan.Hosting;

/// <summary>How <see cref="CanServiceExtensions.AddCanBus(IServiceCollection, string, Action{CanBusRegistration}?)"/> opens a bus.</summary>
public sealed class CanBusRegistration
{
    internal CanBusRegistration(string key) => Name = key;

    /// <summary>What <see cref="CanBus.Open"/> is given, such as <c>can0</c>; by default the key.</summary>
    public string Name { get; set; }

    /// <summary>How the bus is opened. Unlike <see cref="CanBusOptions.Default"/>, it waits for an interface that is missing or down.</summary>
    public CanBusOptions Options { get; set; } = new() { WaitForInterface = true };

    /// <summary>Opens the bus; <see cref="CanBus.Open"/> unless changed, such as by a test that connects to a <see cref="VirtualCanBus"/>.</summary>
    public Func<string, CanBusOptions, ICanBus> Open { get; set; } = CanBus.Open;

    /// <summary>Takes what a configuration section has. By hand, because a binder would need reflection.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read.</exception>
    internal void Read(IConfigurationSection section)
    {
        Name = section[nameof(Name)] is { Length: > 0 } name ? name : Name;
        Options = Options with
        {
            WaitForInterface = Value(section, nameof(CanBusOptions.WaitForInterface), bool.Parse, Options.WaitForInterface),
            ReceiveOwnMessages = Value(section, nameof(CanBusOptions.ReceiveOwnMessages), bool.Parse, Options.ReceiveOwnMessages),
            Loopback = Value(section, nameof(CanBusOptions.Loopback), bool.Parse, Options.Loopback),
            Fd = Value(section, nameof(CanBusOptions.Fd), bool.Parse, Options.Fd),
            ErrorMask = Value(section, nameof(CanBusOptions.ErrorMask), text => Enum.Parse<CanErrorClass>(text, ignoreCase: true), Options.ErrorMask),
            ReceiveBufferSize = Value(section, nameof(CanBusOptions.ReceiveBufferSize), Size, Options.ReceiveBufferSize),
            HardwareTimestamps = Value(section, nameof(CanBusOptions.HardwareTimestamps), bool.Parse, Options.HardwareTimestamps),
        };
    }

    private static int Size(string text) =>
        int.Parse(text, CultureInfo.InvariantCulture) is > 0 and var size ? size : throw new FormatException("It must be positive.");

    private static T Value<T>(IConfigurationSection section, string name, Func<string, T> parse, T otherwise)
    {
        if (section[name] is not { Length: > 0 } text)
            return otherwise;
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidOperationException($"The configuration has '{text}' at {section.Path}:{name}: {e.Message}", e);
        }
    }
}
