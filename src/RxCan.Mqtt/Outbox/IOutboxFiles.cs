namespace RxCan.Mqtt.Outbox;

/// <summary>Where an outbox keeps its segments.</summary>
internal interface IOutboxFiles : IDisposable
{
    /// <summary>The numbers of the segments that are there, ascending.</summary>
    IReadOnlyList<long> List();

    /// <summary>Opens a segment, new or old.</summary>
    IOutboxFile Open(long number);

    void Delete(long number);
}

/// <summary>One segment. Its operations throw <see cref="IOException"/>; a failed append may leave a part.</summary>
internal interface IOutboxFile : IDisposable
{
    long Length { get; }

    void Append(ReadOnlySpan<byte> bytes);

    int Read(long offset, Span<byte> bytes);

    void Truncate(long length);

    /// <summary>Has the medium keep what was appended, even without power.</summary>
    void Flush();
}
