using System.Diagnostics;

namespace RxCan.Tests.Bus;

/// <summary>A test's own interface on one backend, and the trouble it can get into.</summary>
public abstract class TestBus : IDisposable
{
    /// <summary>The name to open.</summary>
    public abstract string Name { get; }

    public abstract ICanBus Open(CanBusOptions? options = null);

    public abstract void LinkDown();

    public abstract void LinkUp();

    public abstract void Remove();

    /// <summary>Restores a removed interface, with its link up.</summary>
    public abstract void Restore();

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>An in-process bus on the default scheduler.</summary>
public sealed class VirtualTestBus(VirtualCanBus bus) : TestBus
{
    public override string Name => bus.Name;

    public override ICanBus Open(CanBusOptions? options = null) => bus.Connect(options);

    public override void LinkDown() => bus.LinkDown();

    public override void LinkUp() => bus.LinkUp();

    public override void Remove() => bus.Remove();

    public override void Restore() => bus.LinkUp();
}

/// <summary>A <c>vcan</c> interface in the kernel.</summary>
public sealed class VcanTestBus : TestBus
{
    private static int _count;

    public VcanTestBus()
    {
        Kernel.Require();
        Name = $"rxt{Environment.ProcessId % 100_000}_{Interlocked.Increment(ref _count)}"; // another run may have left its own
        Restore();
    }

    public override string Name { get; }

    /// <summary>
    /// Whether J1939 sockets use it. A guest keeps it then: now and then the kernel loses a reference to such an interface, and deleting it
    /// waits forever.
    /// </summary>
    public bool IsForJ1939 { get; init; }

    public override ICanBus Open(CanBusOptions? options = null) => CanBus.Open(Name, options);

    public override void LinkDown() => Ip($"link set {Name} down");

    public override void LinkUp() => Ip($"link set {Name} up");

    public override void Remove() => Ip($"link delete {Name}");

    public override void Restore()
    {
        Ip($"link add dev {Name} type vcan");
        Ip($"link set {Name} mtu 72 up");
    }

    public override void Dispose()
    {
        if (Directory.Exists($"/sys/class/net/{Name}") && !(IsForJ1939 && Kernel.IsGuest))
            Remove();
        base.Dispose();
    }

    public static void Ip(string arguments) => Kernel.Run("ip", arguments);
}

/// <summary>The kernel that the tests run on.</summary>
public static class Kernel
{
    private static readonly Lazy<string?> Lack = new(Find);

    /// <summary>Whether there are two controllers on one wire; always so in the guest.</summary>
    public static bool HasControllers => IsGuest || (Directory.Exists("/sys/class/net/can0") && Directory.Exists("/sys/class/net/can1"));

    public static bool IsGuest => Environment.GetEnvironmentVariable("RXCAN_GUEST") == "1";

    /// <summary>Skips the test if the kernel has no CAN or this user may not configure it; never in the guest.</summary>
    public static void Require()
    {
        if (Lack.Value is not { } reason)
            return;
        Assert.False(IsGuest, reason);
        Assert.Skip(reason);
    }

    /// <summary>Runs a program to completion and returns its output, or throws if it failed.</summary>
    public static string Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments}: {errors.Result}");
    }

    /// <summary>How many filters the sockets of a protocol (raw, bcm, isotp, j1939) have on an interface.</summary>
    public static int Receivers(string interfaceName, string protocol) =>
        (from list in Directory.GetFiles("/proc/net/can", "rcvlist_*")
         from line in File.ReadLines(list)
         let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
         where fields.Length == 7 && fields[0] == interfaceName && fields[6].StartsWith(protocol, StringComparison.Ordinal)
         select line).Count();

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
            return "needs Linux";
        if (!File.Exists("/proc/net/can/stats"))
            return "needs a kernel with CAN: run tests/guest";
        try
        {
            Run("ip", "link add dev rxt0 type vcan");
            Run("ip", "link delete rxt0");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"needs to create vcan interfaces ({e.Message.Trim()}): run as root, or tests/guest";
        }
    }
}
