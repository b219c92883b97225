using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>The binary files of the corpus of logs, and what independent readers make of them; its README gives the form.</summary>
internal static class BinaryCorpus
{
    public static string? Folder { get; } = Find();

    public static IEnumerable<string> Files => Folder is null
        ? []
        : Directory.EnumerateFiles(Folder).Where(f => Path.GetExtension(f) is ".blf" or ".pcap" or ".pcapng" or ".mf4")
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    public static ILogReader Open(string name, Stream stream) => Path.GetExtension(name) switch
    {
        ".blf" => new BlfReader(stream),
        ".pcap" => new PcapReader(stream),
        ".pcapng" => new PcapngReader(stream),
        _ => new Mdf4Reader(stream),
    };

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder!, name));

    public static (List<CanFrame> Frames, CanLogException? Damage) Read(ILogReader reader)
    {
        using (reader)
        {
            var frames = new List<CanFrame>();
            try
            {
                while (reader.Read(out var frame))
                    frames.Add(frame);
            }
            catch (CanLogException damage)
            {
                return (frames, damage);
            }

            return (frames, null);
        }
    }

    public static Expected Expect(string name)
    {
        var path = Path.Combine(Folder!, name + ".json");
        using var stream = File.Exists(path) ? File.OpenRead(path) : (Stream)new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(stream);
        var root = json.RootElement;
        return new(
            root.TryGetProperty("count", out var count) ? count.GetInt32() : root.GetProperty("frames").GetArrayLength(),
            root.TryGetProperty("sha256", out var hash) ? hash.GetString() : null,
            root.TryGetProperty("tol_ns", out var tolerance) ? tolerance.GetInt64() : 0,
            [.. root.GetProperty("frames").EnumerateArray().Select(ExpectedFrame.Of)],
            root.TryGetProperty("last", out var last) ? [.. last.EnumerateArray().Select(ExpectedFrame.Of)] : []);
    }

    /// <summary>A frame in the corpus's canonical line, without the line feed.</summary>
    public static string Line(CanFrame frame, string name, bool withTime = true)
    {
        var channel = frame.Interface.Length == 0 ? "None"
            : name.EndsWith(".blf", StringComparison.Ordinal) ? (int.Parse(frame.Interface, CultureInfo.InvariantCulture) - 1).ToString(CultureInfo.InvariantCulture)
            : frame.Interface;
        var flags = string.Concat(
            !frame.IsError && frame.Id.IsExtended ? "x" : "", frame.IsRemote ? "r" : "", frame.IsError ? "e" : "", frame.IsFd ? "f" : "",
            frame.BitRateSwitch ? "b" : "", frame.ErrorStateIndicator ? "i" : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(withTime ? frame.UnixTimeNanoseconds : 0)} {channel} {frame.Id.Value & CanId.MaxExtended:X} {(flags.Length == 0 ? "-" : flags)} {(frame.IsLocal ? 'T' : 'R')} {frame.Length} {(frame.Data.IsEmpty ? "-" : Convert.ToHexStringLower(frame.Data))}");
    }

    public static string Hash(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")))));

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RXCAN_CORPUS") is { Length: > 0 } given)
            return Path.Combine(given, "logs") is var folder && Directory.Exists(folder) ? folder : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Path.Combine(at.FullName, "shared", "corpus", "logs") is var folder && Directory.Exists(folder))
                return folder;
        }

        return null;
    }

    internal sealed record Expected(int Count, string? Hash, long Tolerance, ExpectedFrame[] First, ExpectedFrame[] Last);

    /// <summary>A frame of a JSON file: its canonical line without the time, and the time, exact or from the oracle's float.</summary>
    internal sealed record ExpectedFrame(string Line, long Nanoseconds, bool IsExact)
    {
        public static ExpectedFrame Of(JsonElement f)
        {
            bool Is(string key) => f.GetProperty(key).GetInt32() != 0;
            var flags = string.Concat(
                Is("x") && !Is("err") ? "x" : "", Is("rtr") ? "r" : "", Is("err") ? "e" : "", Is("fd") ? "f" : "", Is("brs") ? "b" : "", Is("esi") ? "i" : "");
            var data = f.GetProperty("d").GetString()!;
            var exact = f.TryGetProperty("tns", out var tns);
            return new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"0 {f.GetProperty("ch").GetString()} {f.GetProperty("id").GetUInt32():X} {(flags.Length == 0 ? "-" : flags)} {(Is("rx") ? 'R' : 'T')} {f.GetProperty("dlc").GetInt32()} {(data.Length == 0 ? "-" : data)}"),
                exact ? tns.GetInt64() : (long)(f.GetProperty("t").GetDecimal() * 1_000_000_000),
                exact);
        }
    }
}
