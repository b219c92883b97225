namespace RxCan.Logs.Recording;

/// <summary>What a recording does with frames, on one thread at a time. Whatever it throws ends the recording.</summary>
internal interface IRecordingSink
{
    /// <summary>When it wants <see cref="Act"/> to be called next; never if there is nothing to wait for.</summary>
    TimeSpan Due { get; }

    void Begin();

    void Write(in CanFrame frame, TimeSpan now);

    /// <summary>A trigger fired, after the frames so far and before the next.</summary>
    void Trigger(TimeSpan now);

    /// <summary>Does what is due. Called after each batch of frames, too.</summary>
    void Act(TimeSpan now);

    /// <summary>Completes the file.</summary>
    void End();

    /// <summary>After an error: leaves what can be read, and nothing else.</summary>
    void Abandon();
}
