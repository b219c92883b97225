using RxCan.J1939;

namespace RxCan.Tests.J1939;

internal enum TransportReportKind
{
    Sent,
    SendFailed,
    Started,
    Received,
    ReceiveFailed,
}

internal sealed record TransportReport(
    TransportReportKind Kind, J1939Transfer? Transfer = null, J1939Message? Message = null, Exception? Error = null)
{
    public J1939AbortReason? Reason => (Error as J1939AbortException)?.Reason;
}

/// <summary>Records what a transport or an engine reports.</summary>
internal sealed class TransportSink : IJ1939Sink
{
    private List<TransportReport> _reports = [];

    public void Received(J1939Message message) => _reports.Add(new(TransportReportKind.Received, Message: message));

    public void Started(J1939Pgn pgn, byte source, int length) => _reports.Add(new(TransportReportKind.Started));

    public void Failed(J1939Pgn pgn, byte source, Exception error) => _reports.Add(new(TransportReportKind.ReceiveFailed, Error: error));

    public void Sent(J1939Transfer transfer, Exception? error) =>
        _reports.Add(new(error is null ? TransportReportKind.Sent : TransportReportKind.SendFailed, transfer, Error: error));

    public void Ended(Exception? error)
    {
    }

    public void Flush()
    {
    }

    public List<TransportReport> Take()
    {
        var reports = _reports;
        _reports = [];
        return reports;
    }
}
