using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using RxCan.Dbc;

namespace RxCan.Tests;

/// <summary>Compiles the code of public databases, and compares what it decodes with what cantools decodes.</summary>
public class CorpusCodeTests
{
    private const int Batch = 24;

    [Fact]
    [Trait("Length", "Long")]
    public void Every_database_compiles_without_a_warning_and_decodes_and_encodes_as_cantools_does()
    {
        var cases = Cases().ToLookup(payload => payload.File);
        var (values, payloads) = (0, 0);
        foreach (var files in Corpus.Entries.Select(entry => Path.Combine(Corpus.Folder, entry.File)).Order(StringComparer.Ordinal).Chunk(Batch))
        {
            var generator = new Generator(files.Select((file, i) => new Generator.Database(file, Text(file), ("Namespace", $"File{i}"), ("ClassName", "Database"))));
            generator.Run();
            var assembly = generator.Load();
            for (var i = 0; i < files.Length; i++)
            {
                var messages = assembly.GetType($"File{i}.Database")!.GetNestedTypes().Where(type => type.IsValueType && !type.IsEnum).Select(TypedMessage.Of).ToArray();
                var database = CanDatabase.Load(files[i]);
                Assert.Equal(database.Messages.Count, messages.Length);
                foreach (var payload in cases[Path.GetFileName(files[i])])
                {
                    // Names need not be unique.
                    var at = database.Messages.ToList().FindIndex(message => message.Name == payload.Message && message.Id == payload.Id);
                    Assert.True(at >= 0, $"{payload.File} has no {payload.Message}.");
                    values += Check(messages.Single(message => message.Position == at), database.Messages[at], payload);
                    payloads++;
                }
            }
        }

        Assert.True(values >= 52_614 && payloads >= 6_430, $"Only {values} values of {payloads} payloads.");
    }

    private static int Check(TypedMessage type, DbcMessage message, Payload payload)
    {
        var decoded = type.Decode(payload.Data);
        var encoded = Activator.CreateInstance(type.Type)!;
        var properties = type.Type.GetProperties().ToDictionary(property => property.Name);
        foreach (var signal in payload.Signals.Keys.Select(name => message[name]).OrderBy(Depth))
        {
            var (raw, physical) = payload.Signals[signal.Name];
            var property = properties.GetValueOrDefault(signal.Name + "Signal") ?? properties.GetValueOrDefault(signal.Name) ?? properties["_" + signal.Name];
            var rawProperty = properties.GetValueOrDefault(property.Name + "Raw") ?? property;
            var where = $"{payload.File} {signal}";
            AssertNumber(raw, rawProperty.GetValue(decoded), tolerance: 0, where);
            AssertNumber(physical, property.GetValue(decoded), tolerance: 1e-12, where);
            rawProperty.SetValue(encoded, rawProperty.GetValue(decoded));
        }

        var data = type.Encode(encoded);
        foreach (var name in payload.Signals.Keys)
            Assert.Equal(BitsOf(message[name], payload.Data), BitsOf(message[name], data));
        Assert.Equal(payload.Data.Take(message.Length), type.Encode(decoded));
        return payload.Signals.Count;
    }

    /// <summary>How many multiplexers must be set before it.</summary>
    private static int Depth(DbcSignal signal) => signal.Multiplexing.Select(condition => Depth(condition.Multiplexer) + 1).DefaultIfEmpty().Max();

    private static void AssertNumber(JsonElement expected, object? actual, double tolerance, string where)
    {
        Assert.True(actual is not null, $"{where} is null.");
        if (expected.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(double.Parse(expected.GetString()!.Replace("nan", "NaN").Replace("inf", "Infinity"), CultureInfo.InvariantCulture), ToDouble(actual!));
            return;
        }

        if (tolerance == 0 && actual is long or ulong or int or Enum)
        {
            Assert.True(expected.GetRawText() == Convert.ToDecimal(actual, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), $"{where}: {actual}, cantools {expected}");
            return;
        }

        var (number, wanted) = (ToDouble(actual!), expected.GetDouble());
        Assert.True(Math.Abs(number - wanted) <= tolerance * Math.Abs(wanted), $"{where}: {number}, cantools {wanted}");
    }

    private static double ToDouble(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string BitsOf(DbcSignal signal, byte[] data)
    {
        var bits = new char[signal.Length];
        for (var i = 0; i < signal.Length; i++)
        {
            var bit = signal.ByteOrder == CanByteOrder.Intel ? signal.StartBit + i : ((signal.StartBit ^ 7) + i) ^ 7;
            bits[i] = (data[bit / 8] >> (bit % 8) & 1) != 0 ? '1' : '0';
        }

        return new(bits);
    }

    /// <summary>The file as the compiler reads it.</summary>
    private static string Text(string file) => File.ReadAllText(file);

    private static IEnumerable<Payload> Cases()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Corpus.Folder, "expected.jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var root = JsonDocument.Parse(line).RootElement;
            var id = root.GetProperty("id").GetUInt32();
            yield return new(
                root.GetProperty("f").GetString()!,
                root.GetProperty("x").GetInt32() == 1 ? CanId.Extended(id) : CanId.Standard(id),
                root.GetProperty("n").GetString()!,
                Convert.FromHexString(root.GetProperty("d").GetString()!),
                root.GetProperty("s").EnumerateObject().ToDictionary(signal => signal.Name, signal => (signal.Value[0], signal.Value[signal.Value.GetArrayLength() - 1])));
        }
    }

    private sealed record Payload(string File, CanId Id, string Message, byte[] Data, Dictionary<string, (JsonElement Raw, JsonElement Physical)> Signals);
}
