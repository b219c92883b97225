using System.Diagnostics;
using System.Globalization;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.IsoTp;

/// <summary>Each engine against the other, and both against can-utils' isotpsend and isotprecv.</summary>
public sealed class IsoTpInteropTests(SharedVcan vcan) : IClassFixture<SharedVcan>, IDisposable
{
    private static readonly int[] Lengths = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 61, 62, 63, 64, 4093, 4094, 4095, 4096, 4097];

    private readonly ICanBus _bus = CanBus.Open(vcan.Name);
    private readonly ICanBus _other = CanBus.Open(vcan.Name);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bus.Dispose();
        _other.Dispose();
    }

    public static TheoryData<string, int> Configurations => new(
        from kind in (string[])["classic", "padded", "extended", "fd 8", "fd 64"]
        from blockSize in (int[])[0, 1, 8]
        select (kind, blockSize));

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task The_engines_understand_each_other(string kind, int blockSize)
    {
        var (address, options) = Configured(kind, blockSize);
        using var portable = _bus.OpenIsoTp(address, RealTimeIsoTpBench.Timed(options with { Engine = EngineKind.Portable }));
        using var kernel = _other.OpenIsoTp(address.Peer, options with { Engine = EngineKind.Kernel });
        using var atPortable = portable.Record();
        using var atKernel = kernel.Record();
        int[] lengths = blockSize == 1 ? [.. Lengths.Where(l => l < 4000), 4095] : Lengths; // a flow control for every frame takes long
        foreach (var length in lengths)
        {
            await portable.SendAsync(P(length), Stop);
            await kernel.SendAsync(P(length), Stop);
        }

        Assert.Equal(lengths.Select(P), atKernel.WaitForCount(lengths.Length).Values);
        Assert.Equal(lengths.Select(P), atPortable.WaitForCount(lengths.Length).Values);
    }

    [Theory]
    [InlineData(EngineKind.Portable, "classic", 0)]
    [InlineData(EngineKind.Portable, "padded", 8)]
    [InlineData(EngineKind.Portable, "extended", 1)]
    [InlineData(EngineKind.Portable, "fd 64", 8)]
    [InlineData(EngineKind.Kernel, "classic", 8)]
    [InlineData(EngineKind.Kernel, "padded", 1)]
    [InlineData(EngineKind.Kernel, "extended", 0)]
    [InlineData(EngineKind.Kernel, "fd 64", 0)]
    public async Task Isotprecv_receives_messages_from_a_session(EngineKind engine, string kind, int blockSize)
    {
        var (address, options) = Configured(kind, blockSize);
        using var session = _bus.OpenIsoTp(address, RealTimeIsoTpBench.Timed(options with { Engine = engine }));
        using var isotprecv = Start("stdbuf", $"-oL isotprecv -l -b {blockSize} {Arguments(address.Peer, options)} {vcan.Name}");
        Eventually.True(() => Listeners() == (engine == EngineKind.Kernel ? 2 : 1), "isotprecv listens");
        int[] lengths = blockSize == 1 ? [.. Lengths.Where(l => l < 4000), 4095] : Lengths;
        foreach (var length in lengths)
        {
            await session.SendAsync(P(length), Stop);
            var line = await isotprecv.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Stop);
            Assert.Equal(Hex(length), line!.Trim());
        }

        isotprecv.Kill();
        await isotprecv.WaitForExitAsync(Stop);
    }

    [Theory]
    [InlineData(EngineKind.Portable, "padded", 0)]
    [InlineData(EngineKind.Portable, "fd 64", 8)]
    [InlineData(EngineKind.Kernel, "extended", 8)]
    [InlineData(EngineKind.Kernel, "fd 64", 0)]
    public async Task A_session_receives_messages_from_isotpsend(EngineKind engine, string kind, int blockSize)
    {
        var (address, options) = Configured(kind, blockSize);
        using var session = _bus.OpenIsoTp(address, RealTimeIsoTpBench.Timed(options with { Engine = engine }));
        using var received = session.Record();
        int[] lengths = [1, 7, 8, 62, 63, 4095, 4097];
        foreach (var length in lengths)
        {
            using var isotpsend = Start("isotpsend", $"-b {Arguments(address.Peer, options)} {vcan.Name}");
            await isotpsend.StandardInput.WriteAsync(Hex(length));
            isotpsend.StandardInput.Close();
            await isotpsend.WaitForExitAsync(Stop);
            Assert.Equal(0, isotpsend.ExitCode);
        }

        Assert.Equal(lengths.Select(P), received.WaitForCount(lengths.Length).Values);
    }

    private int Listeners() => File.ReadLines("/proc/net/can/rcvlist_sff")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Count(fields => fields.Length == 7 && fields[0] == vcan.Name && fields[6] == "isotp");

    private static (IsoTpAddress Address, IsoTpOptions Options) Configured(string kind, int blockSize)
    {
        var isFd = kind.StartsWith("fd", StringComparison.Ordinal);
        return (
            kind == "extended" ? IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1) : IsoTpAddress.Normal(0x7E0, 0x7E8),
            new()
            {
                BlockSize = (byte)blockSize,
                Padding = kind == "padded" ? 0xAA : null,
                Fd = isFd,
                TxDataLength = isFd ? int.Parse(kind.Split(' ')[1], CultureInfo.InvariantCulture) : 8,
            });
    }

    /// <summary>The can-utils arguments for an address and options.</summary>
    private static string Arguments(IsoTpAddress address, IsoTpOptions options) =>
        $"-s {address.TxId} -d {address.RxId}" +
        (address.TxExtension is { } tx ? $" -x {tx:X2}:{address.RxExtension:X2}" : "") +
        (options.Padding is { } padding ? $" -p {padding:X2}" : "") +
        (options.Fd ? $" -L 72:{options.TxDataLength}:0" : "");

    private static Process Start(string program, string arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static string Hex(int length) => string.Join(' ', P(length).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
}
