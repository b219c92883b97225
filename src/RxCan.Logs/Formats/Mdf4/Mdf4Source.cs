namespace RxCan.Logs.Formats.Mdf4;

/// <summary>Where a frame belongs: sorted by time, then channel group, then record.</summary>
internal readonly record struct Mdf4Key(long Time, int Group, long Record) : IComparable<Mdf4Key>
{
    public int CompareTo(Mdf4Key other)
    {
        var order = Time.CompareTo(other.Time);
        if (order == 0)
            order = Group.CompareTo(other.Group);
        return order != 0 ? order : Record.CompareTo(other.Record);
    }
}

/// <summary>The frames of a data group (DG), one by one.</summary>
internal abstract class Mdf4Source : IDisposable
{
    /// <summary>The first 64 bytes of variable-length data are all that a frame can have.</summary>
    protected const int MaxData = CanFrame.MaxFdLength;

    public CanFrame Frame { get; protected set; }

    public Mdf4Key Key { get; protected set; }

    /// <summary>Moves to the next frame; false at the end.</summary>
    public abstract bool MoveNext();

    public abstract void Dispose();
}
