using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Text;
using RxCan;
using RxCan.IsoTp;

/// <summary>A control unit that supports some UDS (ISO 14229): enough to try a tester without a car.</summary>
internal sealed class EcuSimulator : IDisposable
{
    private const byte NegativeResponse = 0x7F, ServiceNotSupported = 0x11, WrongLength = 0x13, OutOfRange = 0x31, ResponsePending = 0x78;

    private static readonly Dictionary<int, byte[]> Identifiers = new()
    {
        [0xF190] = Encoding.ASCII.GetBytes("WRXCAN00000000001"), // VIN
        [0xF18C] = Encoding.ASCII.GetBytes("RX-0001"), // serial number
        [0xF195] = [1, 0, 0], // software version
    };

    private readonly IIsoTpSession _session;
    private readonly CompositeDisposable _work;

    /// <summary>Starts it.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="requests">The identifier of the tester's requests.</param>
    /// <param name="responses">The identifier of its responses.</param>
    public EcuSimulator(ICanBus can, CanId requests, CanId responses)
    {
        _session = can.OpenIsoTp(tx: responses, rx: requests);
        _work = [_session.SelectMany(request => Answer(request, can)).Subscribe(answer => _session.Send(answer)), _session];
    }

    public void Dispose() => _work.Dispose();

    private static IObservable<byte[]> Answer(byte[] request, ICanBus can) => request switch
    {
        [0x10, var session] => Observable.Return<byte[]>([0x50, session, 0x00, 0x32, 0x01, 0xF4]), // P2 50 ms, P2* 5 s
        [0x3E, 0x00] => Observable.Return<byte[]>([0x7E, 0x00]),
        [0x3E, 0x80] => Observable.Empty<byte[]>(),
        [0x22, var high, var low] => Observable.Return(Identifiers.TryGetValue((high << 8) | low, out var value)
            ? [0x62, high, low, .. value]
            : new byte[] { NegativeResponse, 0x22, OutOfRange }),
        [0x31, 0x01, var high, var low, ..] => Observable.Return<byte[]>([NegativeResponse, 0x31, ResponsePending]) // a slow routine
            .Concat(Observable.Timer(TimeSpan.FromMilliseconds(1500), can.Scheduler).Select(_ => new byte[] { 0x71, 0x01, high, low })),
        [0x10 or 0x22 or 0x31 or 0x3E, ..] => Observable.Return<byte[]>([NegativeResponse, request[0], WrongLength]),
        _ => Observable.Return<byte[]>([NegativeResponse, request[0], ServiceNotSupported]),
    };
}
