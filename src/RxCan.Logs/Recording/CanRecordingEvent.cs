namespace RxCan.Logs;

/// <summary>Something that happened to a recording. The records in this namespace are the only ones.</summary>
public abstract record CanRecordingEvent
{
    private protected CanRecordingEvent()
    {
    }
}

/// <summary>A file was created.</summary>
/// <param name="Path">Its path.</param>
public sealed record CanRecordingOpened(string Path) : CanRecordingEvent;

/// <summary>What was recorded so far is in the file, whatever happens to the process.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Frames">How many frames it has.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record CanRecordingFlushed(string Path, long Frames, long Size) : CanRecordingEvent;

/// <summary>A file is complete.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Frames">How many frames it has.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record CanRecordingClosed(string Path, long Frames, long Size) : CanRecordingEvent;

/// <summary>An older file was deleted: see <see cref="CanRecordingOptions.MaxFiles"/> and <see cref="CanRecordingOptions.MaxTotalSize"/>.</summary>
/// <param name="Path">Its path.</param>
public sealed record CanRecordingDeleted(string Path) : CanRecordingEvent;

/// <summary>Frames were not recorded, because the disk was too slow: see <see cref="CanRecordingOptions.QueueSize"/>.</summary>
/// <param name="Count">How many since the last report.</param>
/// <param name="Total">How many since the recording began.</param>
public sealed record CanRecordingDropped(long Count, long Total) : CanRecordingEvent;
