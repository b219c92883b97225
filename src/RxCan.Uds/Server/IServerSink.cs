namespace RxCan.Uds;

/// <summary>What a <see cref="ServerMachine"/> makes happen.</summary>
internal interface IServerSink
{
    /// <summary>Whether anyone wants to know what happens; otherwise <see cref="Report"/> need not be called.</summary>
    bool IsWatched { get; }

    /// <summary>Sends a response.</summary>
    void Send(byte[] message);

    /// <summary>Sends periodic data: the low byte of the identifier, and the record.</summary>
    void SendPeriodic(byte[] message);

    /// <summary>Waits for an answer and gives it to <see cref="ServerMachine.OnAnswered"/> with the number.</summary>
    void Await(IObservable<UdsReply> answer, int number);

    /// <summary>The answer is no longer wanted.</summary>
    void StopAwaiting();

    void Report(UdsServerEvent happened);
}
