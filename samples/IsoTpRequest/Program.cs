// Sends diagnostic requests over ISO-TP, one after another, and prints their responses. On a virtual bus, a simulated control unit answers.
using System.Reactive.Linq;
using RxCan;
using RxCan.Uds;

if (args.Length < 4 || !CanId.TryParse(args[1], null, out var tx) || !CanId.TryParse(args[2], null, out var rx))
{
    Console.Error.WriteLine("""
        usage: IsoTpRequest <interface> <tx> <rx> <hex>...
          IsoTpRequest can0 7E0 7E8 1003 22F190      interface, request id, response id, requests
          IsoTpRequest virtual:demo 7E0 7E8 22F190   a simulated control unit answers
        """);
    return 2;
}

try
{
    var requests = args[3..].Select(Convert.FromHexString).ToArray();
    using var can = CanBus.Open(args[0]);
    using var simulatedBus = args[0].StartsWith("virtual:", StringComparison.Ordinal) ? CanBus.Open(args[0]) : null;
    using var simulator = simulatedBus is null ? null : new EcuSimulator(simulatedBus, requests: tx, responses: rx);
    using var ecu = can.OpenUds(tx, rx, new() { IsoTp = new() { Padding = 0xCC } });

    // All requests are queued; the client sends the next one when the previous one is answered.
    await requests.Select(request => ecu.Request(request, response => response).Do(response => Print(request, response))).Merge().LastOrDefaultAsync();
    return 0;
}
catch (Exception e) when (e is IOException or TimeoutException or FormatException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static void Print(byte[] request, byte[] response)
{
    var text = new string([.. response.Select(b => b is >= 0x20 and < 0x7F ? (char)b : '.')]);
    Console.WriteLine($"{Convert.ToHexString(request)} -> {Convert.ToHexString(response)}  {text}");
}
