using System.Reactive.Linq;
using System.Text;
using RxCan.J1939;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.J1939;

/// <summary>Nodes of both engines together with the can-utils programs testj1939, j1939cat, j1939spy and j1939acd.</summary>
public sealed class J1939CanUtilsTests : IDisposable
{
    // It is not deleted: Linux 6.12 may never release an interface on which these programs were killed, and deleting it waits forever.
    private static readonly Lazy<VcanTestBus> Interface = new(() => new(), LazyThreadSafetyMode.PublicationOnly);

    private const byte Here = 0x80;
    private const string AcdName = "8000000000002000";

    private readonly List<IDisposable> _owned = [];
    private readonly VcanTestBus _vcan = Interface.Value;

    public static TheoryData<EngineKind> Engines => [EngineKind.Portable, EngineKind.Kernel];

    public static TheoryData<EngineKind, int> Lengths => new(
        from engine in (EngineKind[])[EngineKind.Portable, EngineKind.Kernel]
        from length in (int[])[8, 9, 100, 1785, 1786, 100_000]
        select (engine, length));

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Testj1939_echoes_messages_from_a_node(EngineKind engine)
    {
        Start("testj1939", $"-e {_vcan.Name}:0x90");
        var node = Open(engine);
        using var received = node.Record();
        using var acknowledged = Bus().Where(CanFilter.Pgn(J1939Pgn.TransportControl, Here, 0x90)).Where(f => f.Data[0] == 19).Record();
        foreach (var (i, length) in ((int[])[1, 8, 9, 30, 128]).Index())
        {
            node.Send(0x12300, P(length), 0x90);
            var message = received.WaitForCount(i + 1).Values[i];
            Assert.Equal((0x12300u, (byte)0x90, Here), (message.Pgn.Value, message.Source, message.Destination));
            Assert.Equal(P(length), message.Data.ToArray());
        }

        acknowledged.WaitForCount(3); // before the program is killed
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_node_receives_messages_from_testj1939_to_itself_and_to_all(EngineKind engine)
    {
        using var received = Open(engine).Record();
        Kernel.Run("testj1939", $"-s8 {_vcan.Name}:0x90 :0x80,0x12300");
        Kernel.Run("testj1939", $"-s100 -p3 {_vcan.Name}:0x90 :0x80,0x12300");
        Kernel.Run("testj1939", $"-B -s20 {_vcan.Name}:0x90 :,0xFECA");
        received.WaitForCount(3);
        Assert.Equal([(Here, 6, 8), (Here, 3, 100), (J1939Address.Global, 6, 20)], received.Values.Select(m => (m.Destination, m.Priority, m.Data.Length)));
        var pattern = Enumerable.Range(0, 128).Select(j => (byte)((2 * j << 4) + ((2 * j + 1) & 0xF))).ToArray();
        Assert.All(received.Values, m => Assert.Equal(pattern[..m.Data.Length], m.Data.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task J1939cat_receives_messages_from_a_node(EngineKind engine, int length)
    {
        var cat = Start("j1939cat", $"{_vcan.Name}:0x90 -r");
        var node = Open(engine);
        for (var sent = false; !sent;)
        {
            try
            {
                await node.SendAsync(0x12300, P(length), 0x90);
                sent = true;
            }
            catch (J1939AbortException e) when (
                engine == EngineKind.Portable && e.Reason is J1939AbortReason.CtsWhileSending or J1939AbortReason.RetransmitLimit)
            {
                // Another processor passed the kernel's clear to send on before the kernel took note of it itself, and the data came too early for it.
            }
        }

        cat.WaitForOutput(written => written.Length >= length);
        Assert.Equal(P(length), Encoding.Latin1.GetBytes(cat.Output));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_node_receives_messages_from_j1939cat(EngineKind engine, int length)
    {
        const string SendBuffer = "/proc/sys/net/core/wmem_default"; // must hold the whole message
        Kernel.Require();
        var (file, size) = (Path.GetTempFileName(), File.ReadAllText(SendBuffer));
        try
        {
            File.WriteAllBytes(file, P(length));
            File.WriteAllText(SendBuffer, "4194304");
            using var received = Open(engine).Record();
            using var cat = new Running("j1939cat", $"-i {file} {_vcan.Name}:0x90 :0x80,0x12300");
            Assert.Equal(P(length), received.WaitForCount(1).Values[0].Data.ToArray());
            cat.WaitForExit(); // with an error: Debian's has no room for this kernel's report of the end
        }
        finally
        {
            File.WriteAllText(SendBuffer, size);
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void J1939spy_prints_messages_from_a_node_and_the_NAME_it_has_claimed(EngineKind engine)
    {
        var spy = Start("stdbuf", $"-oL j1939spy -P {_vcan.Name}:");
        var node = Own(Bus().OpenJ1939(new J1939Name(0x1001), new() { Engine = engine }));
        using var claim = node.ClaimAddress(Here).Record();
        claim.WaitFor(c => c.State == J1939ClaimState.Claimed);
        Eventually.True(
            () =>
            {
                node.Send(0x12300, P(8), 0x90, priority: 3);
                return spy.Output.Contains($"{_vcan.Name}:0000000000001001,12300 90 !3 [8] 00010203 04050607", StringComparison.Ordinal);
            },
            "the claim is valid for the kernel too");
        node.Send(0xFECA, P(20));
        spy.WaitForOutput(written => written.Contains("0000000000001001,0feca - !7 [20] 00010203 04050607 08090a0b 0c0d0e0f 10111213\n", StringComparison.Ordinal));
        Assert.Contains($"{_vcan.Name}:0000000000001001.80,0ee00 - !6 [8] 01100000 00000000\n", spy.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void J1939acd_avoids_the_address_of_a_lower_NAME(EngineKind engine)
    {
        var node = Own(Bus().OpenJ1939(new J1939Name(0x1001), new() { Engine = engine }));
        using var claim = node.ClaimAddress(Here).Record();
        claim.WaitFor(c => c.State == J1939ClaimState.Claimed);
        using var claims = Bus().Where(CanFilter.Pgn(J1939Pgn.AddressClaimed)).Record();
        Start("j1939acd", $"-r 128-129 {AcdName} {_vcan.Name}");
        claims.WaitFor(f => f.Id == 0x18EEFF81);
        Assert.Equal(2, claim.Count);
        Assert.Equal("18EEFF80#0110000000000000", claims.Values[0].ToString()); // when asked, the node reports its address
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void J1939acd_loses_its_address_to_a_lower_NAME(EngineKind engine)
    {
        using var claims = Bus().Where(CanFilter.Pgn(J1939Pgn.AddressClaimed)).Record();
        Start("j1939acd", $"-r 128-129 -a 128 {AcdName} {_vcan.Name}");
        claims.WaitFor(f => f.Id == 0x18EEFF80);
        var node = Own(Bus().OpenJ1939(new J1939Name(0x1001), new() { Engine = engine }));
        using var claim = node.ClaimAddress(Here).Record();
        claims.WaitFor(f => f.Id == 0x18EEFF81);
        claim.WaitFor(c => c.State == J1939ClaimState.Claimed);
        Assert.Equal(2, claim.Count);
        Assert.Equal(Here, node.Address);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_node_loses_its_address_to_the_lower_NAME_of_j1939acd(EngineKind engine)
    {
        using var claims = Bus().Where(CanFilter.Pgn(J1939Pgn.AddressClaimed)).Record();
        Start("j1939acd", $"-r 128-129 -a 128 {AcdName} {_vcan.Name}");
        claims.WaitFor(f => f.Id == 0x18EEFF80);
        var acd = new J1939Name(Convert.ToUInt64(AcdName, 16));
        var flexible = Own(Bus().OpenJ1939(new J1939Name(0xA000_0000_0000_0001), new() { Engine = engine }));
        using var moving = flexible.ClaimAddress(Here, new() { Range = [0x80, 0x85] }).Record();
        moving.WaitFor(c => c == new J1939Claim(J1939ClaimState.Claimed, 0x85));
        Assert.Equal(
            [new(J1939ClaimState.Claiming, Here), new(J1939ClaimState.Lost, Here, acd), new(J1939ClaimState.Claiming, 0x85), new(J1939ClaimState.Claimed, 0x85)],
            moving.Values.Where(c => c != new J1939Claim(J1939ClaimState.Claimed, Here))); // it has that if j1939acd objects late
        var fixedOne = Own(Bus().OpenJ1939(new J1939Name(0x8000_0000_0000_2001 ^ 1UL << 63 | 1UL << 62), new() { Engine = engine }));
        using var winning = fixedOne.ClaimAddress(0x85).Record(); // has a lower NAME than the node that has moved there
        winning.WaitFor(c => c.State == J1939ClaimState.Claimed);
        moving.WaitFor(c => c is { State: J1939ClaimState.CannotClaim });
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private ICanBus Bus() => Own(_vcan.Open());

    private IJ1939Node Open(EngineKind engine) => Own(Bus().OpenJ1939(Here, new() { Engine = engine }));

    /// <summary>Starts a program and waits until it listens.</summary>
    private Running Start(string program, string arguments)
    {
        var running = Own(new Running(program, arguments));
        running.WaitUntilItReceives();
        return running;
    }
}
