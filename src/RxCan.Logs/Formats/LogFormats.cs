using System.IO.Compression;
using RxCan.Logs.Formats.Text;

namespace RxCan.Logs.Formats;

/// <summary>The table of formats: which one a file has, and what reads and writes it.</summary>
internal static class LogFormats
{
    /// <summary>How much of a file the formats look at to recognise it, in bytes.</summary>
    public const int HeadLength = 4096;

    private const string Gzip = ".gz";

    // Those with a signature first, then the texts.
    private static readonly Entry[] Table =
    [
        new(CanLogFormat.Blf, ".blf", BlfReader.Recognises, static (stream, _) => new BlfReader(stream), static (stream, options) => new BlfWriter(stream, channels: options.Channels)),
        new(CanLogFormat.Pcapng, ".pcapng", PcapngReader.Recognises, static (stream, _) => new PcapngReader(stream), static (stream, _) => new PcapngWriter(stream)),
        new(CanLogFormat.Pcap, ".pcap", PcapReader.Recognises, static (stream, _) => new PcapReader(stream), static (stream, _) => new PcapWriter(stream)),
        new(CanLogFormat.Mdf4, ".mf4", Mdf4Reader.Recognises, static (stream, _) => stream.CanSeek ? new Mdf4Reader(stream) : throw NeedsSeek(), null),
        new(CanLogFormat.Candump, ".log", CandumpReader.Recognises, static (stream, _) => new CandumpReader(stream), static (stream, options) => new CandumpWriter(stream, options)),
        new(CanLogFormat.Asc, ".asc", AscReader.Recognises, static (stream, _) => new AscReader(stream), static (stream, options) => new AscWriter(stream, options)),
        new(CanLogFormat.Trc, ".trc", TrcReader.Recognises, static (stream, _) => new TrcReader(stream), static (stream, options) => new TrcWriter(stream, options)),
        new(CanLogFormat.Csv, ".csv", CsvReader.Recognises, static (stream, _) => new CsvReader(stream), static (stream, _) => new CsvWriter(stream)),
        new(CanLogFormat.SavvyCanCsv, ".csv", SavvyCanReader.Recognises, static (stream, _) => new SavvyCanReader(stream), static (stream, options) => new SavvyCanWriter(stream, options)),
    ];

    private delegate bool Recognises(ReadOnlySpan<byte> head);

    /// <summary>Opens a file.</summary>
    /// <exception cref="CanLogException">It is not a log.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static ILogReader OpenReader(string path, CanLogReadOptions options)
    {
        var file = OpenFile(path);
        try
        {
            return OpenReader(file, options, path: path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a log from the position of a stream.</summary>
    /// <param name="stream">The log; the reader disposes it, unless opening fails.</param>
    /// <param name="options">How to read.</param>
    /// <param name="leaveOpen">Whether the stream stays open instead.</param>
    /// <param name="path">The file's name. Its extension decides where the content does not, as for an empty file.</param>
    /// <exception cref="CanLogException">It is not a log.</exception>
    public static ILogReader OpenReader(Stream stream, CanLogReadOptions options, bool leaveOpen = false, string? path = null)
    {
        var source = Open(stream, leaveOpen);
        var format = options.Format ?? FormatOf(source.Head, path) ?? throw new CanLogException(null, "byte 0", WhyUnknown(source.Head));
        return Find(format).Read(source, options);
    }

    /// <summary>The format of a file's content, or of its name where the content does not tell; null if neither does.</summary>
    /// <exception cref="CanLogException">What compresses it is damaged at its beginning.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static CanLogFormat? FormatOfFile(string path)
    {
        using var source = Open(OpenFile(path), leaveOpen: false);
        return FormatOf(source.Head, path);
    }

    private static CanLogFormat? FormatOf(ReadOnlySpan<byte> head, string? path)
    {
        foreach (var entry in Table)
        {
            if (entry.Recognise(head))
                return entry.Format;
        }

        return path is null ? null : FormatOf(path);
    }

    /// <summary>The format of a file name's extension, with or without <c>.gz</c> after it; null if there is none.</summary>
    public static CanLogFormat? FormatOf(string path)
    {
        var extension = Path.GetExtension(IsCompressed(path) ? path[..^Gzip.Length] : path);
        foreach (var entry in Table)
        {
            if (entry.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase))
                return entry.Format;
        }

        return null;
    }

    /// <summary>Creates a file, or replaces it.</summary>
    /// <exception cref="ArgumentException">The name's extension is not that of a format that can be written, and the options name none.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static ILogWriter CreateWriter(string path, CanLogWriteOptions options)
    {
        var format = FormatToWrite(path, options);
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 0);
        try
        {
            return CreateWriter(file, format, options with { Compress = options.Compress ?? IsCompressed(path) });
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Begins a log at the position of a stream, which the writer disposes.</summary>
    /// <exception cref="ArgumentException">The format cannot be written.</exception>
    public static ILogWriter CreateWriter(Stream stream, CanLogFormat format, CanLogWriteOptions options)
    {
        var write = Writes(format);
        return write(options.Compress == true ? new GZipStream(stream, CompressionLevel.Fastest) : stream, options);
    }

    /// <summary>The format in which a file is written.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static CanLogFormat FormatToWrite(string path, CanLogWriteOptions options)
    {
        var format = options.Format ?? FormatOf(path) ?? throw new ArgumentException(
            $"'{path}' has the extension of no log format. Write {string.Join(", ", Table.Where(entry => entry.Write is not null).Select(entry => entry.Extension).Distinct())}, " +
            $"or set {nameof(CanLogWriteOptions)}.{nameof(CanLogWriteOptions.Format)}.", nameof(path));
        _ = Writes(format);
        return format;
    }

    // The readers have buffers of their own.
    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);

    /// <summary>Looks at a stream's beginning, and at what is compressed in it.</summary>
    private static SourceStream Open(Stream stream, bool leaveOpen)
    {
        var source = new SourceStream(stream, leaveOpen, HeadLength);
        if (source.Head is not [0x1F, 0x8B, ..])
            return source;
        try
        {
            return new SourceStream(new GZipStream(source, CompressionMode.Decompress), false, HeadLength);
        }
        catch (Exception e) when (Inflation.IsDamage(e))
        {
            source.Dispose();
            throw new CanLogException(null, "byte 0", $"this gzip file is damaged ({e.Message})");
        }
    }

    public static bool IsCompressed(string path) => path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase);

    private static CanLogException NeedsSeek() => new(
        CanLogFormat.Mdf4, "byte 0", "an MDF 4 file is read here and there, which a compressed file and other streams that cannot seek do not allow: decompress it first");

    private static Entry Find(CanLogFormat format) => Array.Find(Table, entry => entry.Format == format) ??
        throw new ArgumentOutOfRangeException(nameof(format), format, "This is not a format of logs.");

    private static Func<Stream, CanLogWriteOptions, ILogWriter> Writes(CanLogFormat format) =>
        Find(format).Write ?? throw new ArgumentException($"{format} can be read, but not written: write another format.", nameof(format));

    private static string WhyUnknown(ReadOnlySpan<byte> head) => head switch
    {
        [] => "the file is empty",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "this is UTF-16 text: convert it to UTF-8",
        _ => $"the content is that of no known format ({string.Join(", ", Table.Select(entry => entry.Format))})",
    };

    private sealed record Entry(
        CanLogFormat Format,
        string Extension,
        Recognises Recognise,
        Func<Stream, CanLogReadOptions, ILogReader> Read,
        Func<Stream, CanLogWriteOptions, ILogWriter>? Write);
}
