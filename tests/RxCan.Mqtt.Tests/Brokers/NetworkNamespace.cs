using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>A network namespace at the other end of a cable that can swallow everything. The test is skipped where this user may not make one.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static readonly string Name = $"rxt{Environment.ProcessId}";
    private static readonly string Here = $"{Name}a"; // the cable's ends
    private static readonly string There = $"{Name}b";
    private static readonly string Network = $"198.18.{Environment.ProcessId % 256}"; // of the range for tests of networks (RFC 2544)

    public NetworkNamespace()
    {
        try
        {
            Kernel.Run("tc", "-V");
            Kernel.Run("ip", $"netns add {Name}");
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"needs a network namespace, iproute2 and root ({e.Message.Trim()})");
        }

        VcanTestBus.Ip($"link add {Here} type veth peer name {There} netns {Name}");
        VcanTestBus.Ip($"address add {Network}.1/30 dev {Here}");
        VcanTestBus.Ip($"link set {Here} up");
        VcanTestBus.Ip($"-n {Name} address add {Address}/30 dev {There}");
        VcanTestBus.Ip($"-n {Name} link set {There} up");
    }

    /// <summary>The address of who listens there.</summary>
    public string Address { get; } = $"{Network}.2";

    /// <summary>Runs a program there.</summary>
    public string[] Prefix { get; } = ["ip", "netns", "exec", Name];

    /// <summary>Drops all packets, in both directions, and says so to nobody: each is larger than what may pass at once.</summary>
    public void Cut()
    {
        Kernel.Run("tc", $"qdisc add dev {Here} root tbf rate 8bit burst 1 limit 1");
        Kernel.Run("tc", $"-n {Name} qdisc add dev {There} root tbf rate 8bit burst 1 limit 1");
    }

    public void Mend()
    {
        Kernel.Run("tc", $"qdisc delete dev {Here} root");
        Kernel.Run("tc", $"-n {Name} qdisc delete dev {There} root");
    }

    public void Dispose() => Kernel.Run("ip", $"netns delete {Name}"); // and the cable with it
}
