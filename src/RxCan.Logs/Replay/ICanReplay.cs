namespace RxCan.Logs;

/// <summary>
/// A log as a bus that plays back on its scheduler, with the log's own timing: see <see cref="CanLog.Replay"/>. It only receives; to send
/// the frames onto another bus: <c>replay.SendTo(can)</c>.
/// </summary>
/// <remarks>
/// <para>It plays while it has subscriptions, of frames or events, and is not paused; without any, it stands still. Its clock begins with the
/// first subscription. With several on a scheduler in real time, begin paused and <see cref="Resume"/> once all are there. On virtual time that
/// is not needed: frames come when the time is advanced.</para>
/// <para>After the last frame of the last round the streams complete and the bus is disposed. A damaged log ends them with
/// <see cref="CanLogException"/>, after everything before the damage. Frames keep the log's time stamps. Pausing, seeking and changes of
/// speed take effect before the next frame, and may be called by any thread, also by an observer.</para>
/// </remarks>
public interface ICanReplay : ICanBus
{
    /// <summary>The time stamp of the log's first frame; the default value if it has none.</summary>
    DateTimeOffset Beginning { get; }

    /// <summary>
    /// How far the replay is, in the log's time from <see cref="Beginning"/>. With <see cref="CanReplayOptions.MaxGap"/>, it jumps ahead at the
    /// beginning of a longer gap.
    /// </summary>
    TimeSpan Position { get; }

    /// <summary>How fast the log's time passes: 1 is real time on the scheduler, infinity as fast as the frames can be delivered.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The speed is zero, negative or not a number.</exception>
    double Speed { get; set; }

    /// <summary>Whether it is paused, by <see cref="Pause"/> or from the beginning.</summary>
    bool IsPaused { get; }

    /// <summary>Stands still until <see cref="Resume"/>. A frame that is being delivered is the last one.</summary>
    void Pause();

    /// <summary>Goes on from where it stands.</summary>
    void Resume();

    /// <summary>
    /// Goes to a position: the next frame is the first one whose stamp is not before it. Seeking reads what is between; backwards, it reads the
    /// log from its beginning.
    /// </summary>
    /// <param name="position">The log's time from <see cref="Beginning"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    void Seek(TimeSpan position);

    /// <summary>Goes to a time, as <see cref="Seek(TimeSpan)"/> does to a position. A time before the log's is its beginning.</summary>
    /// <param name="time">A time of the log.</param>
    void Seek(DateTimeOffset time);
}
