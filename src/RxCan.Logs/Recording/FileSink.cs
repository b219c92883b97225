using RxCan.Bus;
using RxCan.Logs.Formats;

namespace RxCan.Logs.Recording;

/// <summary>Writes all frames, into one file after another.</summary>
/// <param name="folder">The files.</param>
/// <param name="options">When to begin another file, and when to flush.</param>
/// <param name="tell">Takes what happens.</param>
internal sealed class FileSink(LogFolder folder, CanRecordingOptions options, Action<CanRecordingEvent> tell) : IRecordingSink
{
    private readonly RotationPlan _plan = new(options);
    private ILogWriter? _writer;
    private bool _isOpen; // there is a file of ours that is not complete
    private bool _isReplaced; // what was there is another program's, or a device: it is not ours to delete
    private string _path = "";
    private long _number;
    private long _frames;
    private long _first; // the stamp of the file's first frame
    private long _flushed; // how many of the frames are in the file
    private long _flushedSize;

    public TimeSpan Due { get; private set; } = DueTime.Never;

    public void Begin()
    {
        Prune();
        _path = folder.PathOf(_number);
        (_frames, _flushed, _flushedSize) = (0, 0, 0);
        _isReplaced = folder.SizeOf(_path) is not null;
        _isOpen = true;
        _writer = folder.Create(_path);
        tell(new CanRecordingOpened(_path));
    }

    public void Write(in CanFrame frame, TimeSpan now)
    {
        var stamp = frame.Timestamp.UtcTicks;
        if (_plan.IsFull(_frames, _writer!.Length, _first, stamp))
        {
            End();
            Begin();
        }

        if (_frames == 0)
            _first = stamp;
        if (_frames == _flushed)
            Due = DueTime.After(now, options.FlushInterval);
        _writer.Write(frame);
        _frames++;
    }

    public void Trigger(TimeSpan now)
    {
    }

    public void Act(TimeSpan now)
    {
        if (now < Due)
            return;
        Due = DueTime.Never;
        _writer!.Flush();
        _flushedSize = Size();
        _flushed = _frames;
        tell(new CanRecordingFlushed(_path, _frames, _flushedSize));
    }

    public void End()
    {
        Due = DueTime.Never;
        _writer!.Dispose();
        _isOpen = false;
        tell(new CanRecordingClosed(_path, _frames, Size()));
    }

    public void Abandon()
    {
        Due = DueTime.Never;
        if (!_isOpen)
            return;
        _isOpen = false;
        try
        {
            _writer?.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // its end did not fit, either
        }

        try
        {
            if (_flushed > 0)
                folder.Cut(_path, _flushedSize);
            else if (!_isReplaced)
                folder.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it is not there any more
        }
    }

    private long Size() => folder.SizeOf(_path) ?? throw new FileNotFoundException(
        $"'{_path}' was deleted or moved while it was recorded. Leave it in its place until {nameof(CanRecordingClosed)} reports it.", _path);

    /// <summary>Makes room for another file.</summary>
    private void Prune()
    {
        var files = folder.List();
        _number = Math.Max(_number, files.Count > 0 ? files[^1].Number : 0) + 1;
        foreach (var (_, path, _) in files.Take(_plan.Surplus([.. files.Select(file => file.Size)])))
        {
            folder.Delete(path);
            tell(new CanRecordingDeleted(path));
        }
    }
}
