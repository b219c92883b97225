namespace RxCan.Uds;

/// <summary>
/// Splits a sequence of identifiers and records. The lengths of the identifiers tell where a record ends; one whose length is not known ends
/// where the rest can be read.
/// </summary>
internal static class UdsRecords
{
    private const int IdLength = 2;

    /// <summary>The identifiers and their records; null if there is no way to read them, or more than one.</summary>
    /// <param name="data">All of them.</param>
    /// <param name="identifiers">The identifiers, in their order.</param>
    public static (ushort Identifier, byte[] Record)[]? Split(ReadOnlySpan<byte> data, IReadOnlyList<UdsDataIdentifier> identifiers)
    {
        // How many ways there are to read what begins at each position, from the last identifier to the first; two stands for more.
        var count = identifiers.Count;
        var ways = new byte[count + 1, data.Length + 1];
        ways[count, data.Length] = 1;
        for (var i = count - 1; i >= 0; i--)
        {
            var open = 0; // the ways to read behind a record that ends at or after a position
            for (var at = data.Length; at >= 0; at--)
            {
                var start = at + IdLength;
                if (start <= data.Length)
                    open = Math.Min(2, open + ways[i + 1, start]);
                if (start > data.Length || ((data[at] << 8) | data[at + 1]) != identifiers[i].Id)
                    continue;
                ways[i, at] = identifiers[i].Length is { } length
                    ? length <= data.Length - start ? ways[i + 1, start + length] : (byte)0
                    : (byte)open;
            }
        }

        if (ways[0, 0] != 1)
            return null;
        var records = new (ushort, byte[])[count];
        for (int i = 0, at = 0; i < count; i++)
        {
            var end = at + IdLength + (identifiers[i].Length ?? 0);
            while (ways[i + 1, end] == 0)
                end++;
            records[i] = (identifiers[i].Id, data[(at + IdLength)..end].ToArray());
            at = end;
        }

        return records;
    }

    /// <summary>Takes one identifier and its record; one that is not listed, or has no length, takes all the rest.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> data, IReadOnlyList<UdsDataIdentifier> identifiers, out (ushort Identifier, byte[] Record) record)
    {
        record = (0, []);
        if (data.Length < IdLength)
            return false;
        var id = (ushort)((data[0] << 8) | data[1]);
        var rest = data[IdLength..];
        var length = rest.Length;
        for (var i = 0; i < identifiers.Count; i++)
        {
            if (identifiers[i].Id == id)
            {
                length = identifiers[i].Length ?? length;
                break;
            }
        }

        if (length > rest.Length)
            return false;
        record = (id, rest[..length].ToArray());
        data = rest[length..];
        return true;
    }
}
