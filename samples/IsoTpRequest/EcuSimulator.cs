using System.Reactive.Linq;
using RxCan;
using RxCan.Uds;

/// <summary>A control unit that supports some UDS (ISO 14229): enough to try a tester without a car.</summary>
internal sealed class EcuSimulator : IDisposable
{
    private readonly IUdsServer _server;

    /// <summary>Starts it.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="requests">The identifier of the tester's requests.</param>
    /// <param name="responses">The identifier of its responses.</param>
    public EcuSimulator(ICanBus can, CanId requests, CanId responses)
    {
        var ecu = new UdsEcu();
        ecu.Data.Add(UdsData.Vin, "WRXCAN00000000001");
        ecu.Data.Add(UdsData.SerialNumber, "RX-0001");
        ecu.Data.Add(0xF195, [1, 0, 0]); // software version
        ecu.Routines.Add(new UdsRoutine(0x0203)
        {
            // Slow: meanwhile, the server sends "response pending".
            Start = _ => UdsReply.From(Observable.Timer(TimeSpan.FromMilliseconds(1500), can.Scheduler).Select(_ => UdsReply.Positive)),
        });
        _server = can.ServeUds(tx: responses, rx: requests, ecu);
    }

    public void Dispose() => _server.Dispose();
}
