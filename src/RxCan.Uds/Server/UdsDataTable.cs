using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RxCan.Uds;

/// <summary>The data identifiers of a server. It may be changed while it is served.</summary>
public sealed class UdsDataTable : IEnumerable<UdsDataItem>
{
    private readonly ConcurrentDictionary<ushort, UdsDataItem> _items = new();

    /// <summary>Adds an identifier, or replaces it.</summary>
    /// <param name="item">The identifier and its handlers.</param>
    public void Add(UdsDataItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _items[item.Id.Id] = item;
    }

    /// <summary>Adds a value that can be read.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="id">The identifier.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="FormatException">The value does not have the codec's length.</exception>
    public void Add<T>(UdsDataIdentifier<T> id, T value)
    {
        ArgumentNullException.ThrowIfNull(id);
        Add(new UdsDataItem(id) { Read = Answer(id.Encode(value)) });
    }

    /// <summary>Adds a value that is read, and perhaps written, by functions.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="id">The identifier.</param>
    /// <param name="read">Gives the value.</param>
    /// <param name="write">Takes the value; null if it cannot be written.</param>
    /// <param name="readAccess">When it can be read; always if null.</param>
    /// <param name="writeAccess">When it can be written; always if null.</param>
    public void Add<T>(
        UdsDataIdentifier<T> id, Func<T> read, Action<T>? write = null, UdsAccess? readAccess = null, UdsAccess? writeAccess = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(read);
        Add(new UdsDataItem(id)
        {
            Read = _ => id.Encode(read()),
            Write = write is null ? null : request => Written(id, request, write),
            ReadAccess = readAccess ?? UdsAccess.Always,
            WriteAccess = writeAccess ?? UdsAccess.Always,
        });
    }

    /// <summary>Adds a record that can be read.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="record">The record.</param>
    public void Add(ushort id, byte[] record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Add(new UdsDataItem(new(id, record.Length)) { Read = Answer(record) });
    }

    /// <summary>Removes an identifier.</summary>
    /// <param name="id">The identifier.</param>
    public bool Remove(ushort id) => _items.TryRemove(id, out _);

    /// <inheritdoc/>
    public IEnumerator<UdsDataItem> GetEnumerator() => _items.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryGet(ushort id, [MaybeNullWhen(false)] out UdsDataItem item) => _items.TryGetValue(id, out item);

    internal bool IsEmpty => _items.IsEmpty;

    private static Func<UdsRequest, UdsReply> Answer(byte[] record) => _ => record;

    private static UdsReply Written<T>(UdsDataIdentifier<T> id, UdsRequest request, Action<T> write)
    {
        T value;
        try
        {
            value = id.Decode(request.Data.Span);
        }
        catch (Exception)
        {
            return UdsNegativeResponseCode.RequestOutOfRange; // the codec refuses the record
        }

        write(value);
        return UdsReply.Positive;
    }
}
