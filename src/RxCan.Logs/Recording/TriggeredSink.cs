using RxCan.Bus;

namespace RxCan.Logs.Recording;

/// <summary>Keeps the last frames, and writes them, with what follows, when a trigger fires.</summary>
/// <param name="file">Writes them.</param>
/// <param name="before">The last frames.</param>
/// <param name="after">How long it writes after a trigger.</param>
internal sealed class TriggeredSink(FileSink file, FrameRing before, TimeSpan after) : IRecordingSink
{
    private TimeSpan _until = DueTime.Never;
    private bool _isWriting;

    public TimeSpan Due => file.Due < _until ? file.Due : _until;

    public void Begin()
    {
    }

    public void Write(in CanFrame frame, TimeSpan now)
    {
        if (_isWriting)
            file.Write(frame, now);
        before.Add(frame);
    }

    public void Trigger(TimeSpan now)
    {
        if (!_isWriting)
        {
            _isWriting = true;
            file.Begin();
            for (var i = 0; i < before.Count; i++)
                file.Write(before[i], now);
        }

        _until = DueTime.After(now, after);
    }

    public void Act(TimeSpan now)
    {
        if (now >= _until)
            End();
        else
            file.Act(now);
    }

    public void End()
    {
        if (!_isWriting)
            return;
        (_isWriting, _until) = (false, DueTime.Never);
        file.End();
    }

    public void Abandon() => file.Abandon();
}
