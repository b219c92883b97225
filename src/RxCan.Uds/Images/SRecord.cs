namespace RxCan.Uds;

/// <summary>Motorola S-records: type, length, address, data, checksum.</summary>
internal static class SRecord
{
    private const int BytesInRecord = 32;

    public static UdsImage Read(RecordReader reader)
    {
        var image = new ImageBuilder();
        byte[] header = [];
        var count = 0UL;
        while (reader.Next() == 'S')
        {
            reader.Read(hasType: true);
            var record = reader.Record;
            if (record.Length < 2 || record.Length != 2 + record[1])
                throw reader.Error("has another length than it says");
            var type = record[0];
            var sum = 0;
            foreach (var next in record[1..])
                sum += next;
            if ((byte)sum != 0xFF)
                throw reader.Error("has a wrong checksum");
            var addressBytes = AddressBytes(type);
            if (addressBytes == 0 || record.Length < 2 + addressBytes + 1)
                throw reader.Error("has an unknown type, or is too short for its type");
            var address = 0UL;
            foreach (var next in record.Slice(2, addressBytes))
                address = (address << 8) | next;
            var data = record[(2 + addressBytes)..^1];
            if (type > 3 && !data.IsEmpty)
                throw reader.Error("has data, which its type does not");
            switch (type)
            {
                case 0:
                    header = data.ToArray();
                    break;
                case 1 or 2 or 3:
                    if (address + (ulong)data.Length > 1UL << (8 * addressBytes))
                        throw reader.Error("goes beyond the addresses of its type");
                    image.Add(address, data);
                    count++;
                    break;
                case 5 or 6 when address != (count & ((1UL << (8 * addressBytes)) - 1)):
                    throw reader.Error($"counts {address} data records, but there were {count}");
                case 7 or 8 or 9:
                    return new(image.Build(reader)) { StartAddress = address, Header = header };
            }
        }

        throw reader.Error(reader.Next() < 0
            ? "is the end of the file, but there was no end record (S7, S8 or S9): part of it is missing" : "does not begin with 'S'");
    }

    public static void Write(UdsImage image, TextWriter text)
    {
        image.Check32Bits();
        var bytes = Math.Max(2, UdsMemory.BytesOf(Math.Max(image.LastAddress, image.StartAddress ?? 0)));
        if (!image.Header.IsEmpty)
            Write(text, 0, 0, image.Header.Span[..Math.Min(image.Header.Length, BytesInRecord)]);
        foreach (var segment in image.Segments)
        {
            for (var at = 0; at < segment.Data.Length; at += BytesInRecord)
            {
                var data = segment.Data.Span.Slice(at, Math.Min(BytesInRecord, segment.Data.Length - at));
                Write(text, bytes - 1, segment.Address + (ulong)at, data);
            }
        }

        Write(text, 11 - bytes, image.StartAddress ?? 0, []);
    }

    private static int AddressBytes(int type) => type switch
    {
        0 or 1 or 5 or 9 => 2,
        2 or 6 or 8 => 3,
        3 or 7 => 4,
        _ => 0,
    };

    private static void Write(TextWriter text, int type, ulong address, ReadOnlySpan<byte> data)
    {
        var bytes = AddressBytes(type);
        var record = new byte[1 + bytes + data.Length + 1];
        record[0] = (byte)(record.Length - 1);
        for (var i = bytes; i > 0; i--, address >>= 8)
            record[i] = (byte)address;
        data.CopyTo(record.AsSpan(1 + bytes));
        record[^1] = (byte)~record.Sum(next => next);
        text.Write($"S{type}{Convert.ToHexString(record)}\n");
    }
}
