using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Text;
using RxCan;
using RxCan.IsoTp;

namespace VirtualTimeTests;

/// <summary>Reads a control unit's data over UDS (ISO 14229), and asks again while it sleeps or is busy.</summary>
internal static class DiagnosticClient
{
    /// <summary>P2: a control unit that is awake begins to answer within this time.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(150);

    private const byte NegativeResponse = 0x7F, BusyRepeatRequest = 0x21, ResponsePending = 0x78;
    private const int Attempts = 8;

    /// <summary>The VIN: it asks up to eight times, with pauses of 1, 2, 4 s and so on, and then fails with the last error.</summary>
    public static IObservable<string> ReadVin(IIsoTpSession ecu, IScheduler scheduler) => ecu
        .Request([0x22, 0xF1, 0x90], new() { P2 = Timeout, IsFinal = response => !IsPending(response) })
        .Where(response => !IsPending(response))
        .Select(response => response switch
        {
            [0x62, 0xF1, 0x90, .. var vin] => Encoding.ASCII.GetString(vin),
            [NegativeResponse, _, BusyRepeatRequest] => throw new TimeoutException("The control unit is busy."),
            _ => throw new InvalidOperationException($"The control unit refused: {Convert.ToHexString(response)}."),
        })
        .RetryWhen(errors => errors.SelectMany((error, attempt) => error is TimeoutException && attempt < Attempts - 1
            ? Observable.Timer(TimeSpan.FromSeconds(1 << attempt), scheduler)
            : Observable.Throw<long>(error)));

    private static bool IsPending(byte[] response) => response is [NegativeResponse, _, ResponsePending];
}
