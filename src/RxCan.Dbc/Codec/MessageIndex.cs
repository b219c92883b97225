using System.Collections.Frozen;
using RxCan.J1939;

namespace RxCan.Dbc.Codec;

/// <summary>Finds the message of a frame: by identifier, and a J1939 message by its parameter group from any source and destination.</summary>
internal sealed class MessageIndex
{
    // Beyond this many parameter groups, a bus tests a frame faster against all extended identifiers, and the kernel's list is full.
    private const int MaxGroups = 256;

    private readonly FrozenDictionary<CanId, DbcMessage> _byId;
    private readonly FrozenDictionary<uint, DbcMessage[]> _byGroup;

    public MessageIndex(IEnumerable<DbcMessage> messages)
    {
        var byId = new Dictionary<CanId, DbcMessage>();
        var byGroup = new Dictionary<uint, List<DbcMessage>>();
        foreach (var message in messages)
        {
            byId.TryAdd(message.Id, message);
            if (message.Pgn is not { } pgn)
                continue;
            if (!byGroup.TryGetValue(pgn.Value, out var group))
                byGroup.Add(pgn.Value, group = []);
            group.Add(message);
        }

        _byId = byId.ToFrozenDictionary();
        _byGroup = byGroup.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.ToArray());
        Groups = [.. byGroup.Keys.Select(pgn => new J1939Pgn(pgn))];
        Filter = CanFilter.Ids([.. byId.Where(entry => !entry.Value.IsJ1939).Select(entry => entry.Key)]) | GroupFilter();
    }

    public J1939Pgn[] Groups { get; }

    /// <summary>The frames of all messages.</summary>
    public CanFilter Filter { get; }

    /// <summary>The message of a frame's identifier; null if there is none.</summary>
    public DbcMessage? Find(CanId id) =>
        _byId.TryGetValue(id, out var message) ? message : id.IsExtended && _byGroup.Count > 0 ? Find(J1939Id.From(id)) : null;

    /// <summary>
    /// The message of a J1939 message's parts. If several have the parameter group: that of the same source and destination, else of the same source,
    /// else the first.
    /// </summary>
    public DbcMessage? Find(J1939Id id)
    {
        if (!_byGroup.TryGetValue(id.Pgn.Value, out var group))
            return null;
        DbcMessage? ofSource = null;
        foreach (var message in group)
        {
            var own = J1939Id.From(message.Id);
            if (own.Source != id.Source)
                continue;
            if (own.Destination == id.Destination)
                return message;
            ofSource ??= message;
        }

        return ofSource ?? group[0];
    }

    private CanFilter GroupFilter()
    {
        if (Groups.Length > MaxGroups)
            return CanFilter.Mask(0x8000_0000, 0xC000_0000);
        var filter = CanFilter.None;
        foreach (var pgn in Groups)
            filter = Groups[0] == pgn ? CanFilter.Pgn(pgn) : filter | CanFilter.Pgn(pgn);
        return filter;
    }
}
