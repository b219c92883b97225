using RxCan;
using RxCan.J1939;

// Prints the messages and address claims of a J1939 network: J1939Dump can0, or a simulation without an interface.
using var can = CanBus.Open(args.FirstOrDefault() ?? "virtual:j1939");
using var listener = can.OpenJ1939(J1939Address.Null, new() { Promiscuous = true });
using var printing = listener.Subscribe(
    message => Console.WriteLine($"{message.Timestamp:HH:mm:ss.fff} {Source(message)} {(message.Pgn == J1939Pgn.AddressClaimed ? Claim(message) : $"{message}")}"),
    error => Console.Error.WriteLine(error.Message));

if (args.Length == 0)
    await Simulate();
else
    await Task.Delay(Timeout.Infinite);

static string Source(J1939Message message) => message.SourceName is { } name ? $"{name}" : $"{"-",16}";

static string Claim(J1939Message message)
{
    var name = J1939Name.Read(message.Data.Span);
    var what = $"manufacturer {name.ManufacturerCode}, function {name.Function}, number {name.IdentityNumber}";
    return message.Source == J1939Address.Null ? $"has no address: {what}" : $"claims {message.Source:X2}: {what}";
}

static async Task Simulate()
{
    using var can = CanBus.Open("virtual:j1939");
    using var engine = can.OpenJ1939(new J1939Name { ManufacturerCode = 0x7FF, Function = 0, IdentityNumber = 1 });
    using var claim = engine.ClaimAddress(0x00).Subscribe();
    await Task.Delay(300);
    for (var i = 0; i < 5; i++)
    {
        engine.Send(0xF004, [0xF0, 0x7D, 0x7D, (byte)i, 0x20, 0xFF, 0xFF, 0xFF], priority: 3);
        await Task.Delay(100);
    }

    await engine.SendAsync(0xFECA, "a list of trouble codes"u8.ToArray());
    await Task.Delay(100);
}
